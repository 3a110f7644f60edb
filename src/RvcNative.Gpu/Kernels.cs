namespace RvcNative.Gpu;

/// <summary>Every kernel in every specialisation that a backend launches. An op's kernels have their names in its part of KernelBackend.</summary>
public static class Kernels
{
    /// <summary>Threads of a group where nothing else is said.</summary>
    public const int Block = 256;

    /// <summary>Rows that one thread adds up before the sums of blocks are added.</summary>
    public const int SumRows = 32;

    /// <summary>Memory that a group has to itself, at most: what OpenCL 1.2 promises of every device (conv_rounded and stft take nearly or exactly as much).</summary>
    internal const int MostLocalBytes = 32 << 10;

    private static readonly List<KernelSpec> s_all = [];

    /// <summary>For tests, which compile and run all of them.</summary>
    public static IReadOnlyList<KernelSpec> All => s_all;

    /// <summary>Those that a backend of a precision launches.</summary>
    public static IEnumerable<KernelSpec> Of(Precision precision) => s_all.Where(spec => spec.Precision == Precision.F32 || spec.Precision == precision);

    internal static readonly KernelSpec Activate = New("activate", "activate"), GatedLinear = New("activate", "gated_linear");

    internal static readonly KernelSpec Affine = New("affine", "affine");

    internal static readonly KernelSpec Add = New("add", "add"), ScaleBackward = New("add", "scale_backward"), AddPerItem = New("add", "add_per_item"),
        AddFrameSums = New("add", "add_frame_sums"), AddTerm = New("add", "add_term");

    internal static readonly KernelSpec AttentionProduct = New("attention", "attention_product"), AttentionSoftmax = New("attention", "attention_softmax"),
        AttentionScoreGradient = New("attention", "attention_score_gradient"), AttentionTable = New("attention", "attention_table");

    internal static readonly KernelSpec Channels = New("channels", "channels"), ChannelsBackward = New("channels", "channels_backward"),
        FlipChannels = New("channels", "flip_channels"), JoinChannels = New("channels", "join_channels"), JoinChannelsBackward = New("channels", "join_channels_backward");

    internal static readonly KernelSpec Coupling = New("coupling", "coupling"), CouplingBackwardX = New("coupling", "coupling_backward_x"),
        CouplingBackwardM = New("coupling", "coupling_backward_m");

    internal static readonly KernelSpec ConvEpilogue = New("conv_epilogue", "conv_epilogue"), ConvEpilogueBackward = New("conv_epilogue", "conv_epilogue_backward");

    internal static readonly KernelSpec Decimate = New("decimate", "decimate"), DecimateBackward = New("decimate", "decimate_backward");

    internal static readonly KernelSpec Normal = New("draw", "normal");

    internal static readonly KernelSpec Embedding = New("embedding", "embedding"), EmbedFrames = New("embedding", "embed_frames"),
        EmbedFramesBackward = New("embedding", "embed_frames_backward"), EmbeddingTable = New("embedding", "embedding_table");

    internal static readonly KernelSpec Gate = New("gate", "gate"), GateBackward = New("gate", "gate_backward");

    internal static readonly KernelSpec Gather = New("gather", "gather");

    internal static readonly KernelSpec GroupNorm = New("group_norm", "group_norm");

    internal static readonly KernelSpec Gru = New("gru", "gru");

    internal static readonly KernelSpec Interpolate = New("interpolate", "interpolate"), InterpolateBackward = New("interpolate", "interpolate_backward");

    internal static readonly KernelSpec LayerNorm = New("layer_norm", "layer_norm"), LayerNormBackward = New("layer_norm", "layer_norm_backward"),
        LayerNormAffine = New("layer_norm", "layer_norm_affine");

    internal static readonly KernelSpec LeakyRelu = New("leaky_relu", "leaky_relu"), LeakyReluBackward = New("leaky_relu", "leaky_relu_backward");

    internal static readonly KernelSpec SquaredSums = New("losses", "squared_sums"), AbsoluteSums = New("losses", "absolute_sums"),
        SquaredBackward = New("losses", "squared_backward"), AbsoluteBackward = New("losses", "absolute_backward"),
        DivergenceFrames = New("losses", "divergence_frames"), DivergenceSums = New("losses", "divergence_sums"),
        DivergenceBackward = New("losses", "divergence_backward");

    internal static readonly KernelSpec Mask = New("mask", "mask");

    internal static readonly KernelSpec NoisyRelu = New("noisy_relu", "noisy_relu"), NoisyReluBackward = New("noisy_relu", "noisy_relu_backward");

    internal static readonly KernelSpec AdamW = New("optimiser", "adamw"), ClipToNorm = New("optimiser", "clip_to_norm"), CheckFinite = New("optimiser", "check_finite"), Clear = New("optimiser", "clear");

    internal static readonly KernelSpec MaxPool = New("pool", "max_pool"), AveragePool = New("pool", "average_pool");

    internal static readonly KernelSpec PeakProducts = New("peak", "peak_products"), PeakCopy = New("peak", "peak_copy");

    internal static readonly KernelSpec Reparameterize = New("reparameterize", "reparameterize"),
        ReparameterizeBackward = New("reparameterize", "reparameterize_backward");

    internal static readonly KernelSpec ResidualSkip = New("residual_skip", "residual_skip"), ResidualSkipBackward = New("residual_skip", "residual_skip_backward");

    internal static readonly KernelSpec Segments = New("segments", "segments"), SegmentsBackward = New("segments", "segments_backward"),
        Concatenate = New("segments", "concatenate"), ReflectEnd = New("segments", "reflect_end"), ReflectEndBackward = New("segments", "reflect_end_backward");

    internal static readonly KernelSpec SinePhases = New("sine_source", "sine_phases"), SineSource = New("sine_source", "sine_source");

    internal static readonly KernelSpec TemplateTurns = New("sine_template", "template_turns"), TemplateStarts = New("sine_template", "template_starts"),
        SineTemplate = New("sine_template", "sine_template");

    internal static readonly KernelSpec StftMagnitude = New("stft", "stft_magnitude", "MOST=4096"), StftFrameGradient = New("stft", "stft_frame_gradient", "MOST=4096"),
        StftMagnitudeDirect = New("stft", "stft_magnitude_direct"), StftSpectrumGradientDirect = New("stft", "stft_spectrum_gradient_direct"),
        StftFrameGradientDirect = New("stft", "stft_frame_gradient_direct"), StftOverlapAdd = New("stft", "stft_overlap_add"),
        LogClamp = New("stft", "log_clamp"), LogClampBackward = New("stft", "log_clamp_backward");

    internal static readonly KernelSpec SumPartials = New("sums", "sum_partials"), SumBlocks = New("sums", "sum_blocks");

    internal static readonly KernelSpec Transpose = New("transpose", "transpose");

    internal static readonly KernelSpec WeightOutputSums = New("weight_norm", "weight_output_sums"), WeightOutputTotal = New("weight_norm", "weight_output_total"),
        WeightInputSums = New("weight_norm", "weight_input_sums"), WeightNorm = New("weight_norm", "weight_norm"),
        WeightNormBackward = New("weight_norm", "weight_norm_backward");

    /// <summary>Convolutions by the width of their tiles; the narrowest that holds a group's channels is taken.</summary>
    internal static readonly ConvTile[] ConvTiles = [ConvTile.New(256, 4, 4, 1), ConvTile.New(128, 16, 4, 2), ConvTile.New(64, 64, 4, 4)];

    /// <summary>Those of rounded operands, likewise, by precision.</summary>
    internal static readonly Dictionary<Precision, RoundedTile[]> RoundedTiles = ((Precision[])[Precision.Tf32, Precision.Bf16, Precision.Fp16])
        .ToDictionary(precision => precision, precision => (RoundedTile[])[RoundedTile.New(precision, 8, 1, 1, 4), RoundedTile.New(precision, 4, 2, 2, 4)]);

    internal static KernelSpec New(string file, string entry, params string[] defines) => New(file, entry, Precision.F32, defines);

    internal static KernelSpec New(string file, string entry, Precision precision, string[] defines)
    {
        KernelSpec spec = new(s_all.Count, file, entry, Block, [$"SUM_ROWS={SumRows}", .. defines], precision);
        s_all.Add(spec);
        return spec;
    }
}
