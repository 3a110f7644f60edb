using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Pitch;
using RvcNative.Rvc.Retrieval;

namespace RvcNative.Rvc.Audition;

/// <summary>
/// Renders the user's clips through saves of one voice into logs/NAME/audition. Clips are decoded once, their pitch and features are found once; a
/// render that is there already is not made again. One thread at a time.
/// </summary>
public sealed class AuditionRenderer : IDisposable
{
    private readonly Backend _backend;
    private readonly AuditionFolder _folder;
    private readonly AuditionSettings _settings;
    private readonly RetrievalIndex? _index;
    private readonly string? _indexSha256;
    private readonly List<Prepared> _clips = [];
    private readonly HashSet<string> _curvesSaved = [];
    private (string? Features, string? Hash, string? Pitch) _heard;
    private RememberedFeatures? _features;
    private RememberedPitch? _pitch;

    /// <param name="clips">Recordings: wav, or what ffmpeg reads.</param>
    /// <exception cref="IOException">A clip or the index cannot be read.</exception>
    public AuditionRenderer(Backend backend, string experimentFolder, IReadOnlyList<string> clips, AuditionSettings settings)
    {
        (_backend, _folder, _settings) = (backend, new AuditionFolder(experimentFolder), settings);
        if (settings.IndexPath is { } index) (_index, _indexSha256) = (RetrievalIndex.Read(index), ContentHash.Of(index));
        try
        {
            foreach (string clip in clips) _clips.Add(Open(clip));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<AuditionClip> Clips => [.. _clips.Select(each => each.Clip)];

    /// <summary>What to tell the user of choices that were made for him, once known; null for none.</summary>
    public string? Note { get; private set; }

    /// <summary>Renders all clips through a save.</summary>
    /// <param name="onRender">Gets each render and whether it was made now.</param>
    /// <exception cref="FileFormatException">The voice cannot be read, or makes something that is no sound.</exception>
    public void Render(KeptSave save, Action<AuditionClip, AuditionRender, bool>? onRender = null, CancellationToken cancellation = default)
    {
        VoiceFile voice = VoiceFile.Read(save.VoicePath);
        OpenExtractors(voice);
        int speaker = voice.SpeakerNumber(_settings.Speaker);
        string sha256 = ContentHash.Of(save.VoicePath);
        Converter? converter = null;
        try
        {
            foreach ((AuditionClip clip, ConversionInput input, GivenCurve? curve) in _clips)
            {
                cancellation.ThrowIfCancellationRequested();
                string? pitch = !voice.Plan.HasPitch ? null : curve is null ? _pitch!.Name : $"file {curve.Sha256[..8]}";
                string settings = _settings.Describe(speaker, _features!.Name, pitch, _indexSha256);
                AuditionRender render = new(
                    AuditionFolder.RenderId(sha256, clip.Sha256, settings), save.Epoch, save.Step, Path.GetFileName(save.VoicePath), sha256, clip.Id, settings,
                    input.DurationSeconds, voice.Plan.SampleRateHz, DateTime.UtcNow);
                bool isNew = !_folder.HasRender(render.Id), savesCurve = _settings.SavePitch is not null && voice.Plan.HasPitch && _curvesSaved.Add(clip.Id);
                if (isNew || savesCurve)
                {
                    converter ??= new Converter(_backend, voice, _pitch, _features, _index) { WorkFolder = Directory.CreateDirectory(_folder.Root).FullName };
                    using ConvertedAudio audio = converter.Convert(input, _settings.Conversion(speaker, curve?.Hz), cancellation: cancellation);
                    if (savesCurve) PitchFile.Write(PitchFile.PlaceFor(_settings.SavePitch!, Path.GetFileNameWithoutExtension(clip.Name), _clips.Count == 1), [.. audio.PitchHz]);
                    if (isNew) Keep(render, audio);
                }

                onRender?.Invoke(clip, render, isNew);
            }
        }
        finally
        {
            converter?.Dispose();
        }
    }

    public void Dispose()
    {
        CloseExtractors();
        foreach (Prepared clip in _clips) clip.Input.Dispose();
    }

    private void Keep(AuditionRender render, ConvertedAudio audio)
    {
        audio.Write(_folder.RenderWave(render.Id), WavEncoding.Pcm16);
        _folder.Add(render);
    }

    private void CloseExtractors()
    {
        _features?.Dispose();
        _pitch?.Dispose();
    }

    private Prepared Open(string path)
    {
        ConversionInput input = ConversionInput.Load(path);
        try
        {
            AudioBuffer audio = AudioFile.Decode(path);
            string sha256 = ContentHash.Of(path);
            AuditionClip clip = new(AuditionFolder.ClipId(sha256), Path.GetFileName(path), sha256, audio.Seconds, audio.SampleRateHz);
            Prepared prepared = new(clip, input, CurveOf(clip, input));
            if (_folder.Has(clip)) return prepared;
            Directory.CreateDirectory(_folder.Root);
            WavFile.Write(_folder.ClipWave(clip.Id), new AudioBuffer(audio.ToMono(), audio.SampleRateHz), WavEncoding.Pcm16);
            _folder.Add(clip);
            return prepared;
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    private GivenCurve? CurveOf(AuditionClip clip, ConversionInput input)
    {
        if (_settings.PitchFile is null) return null;
        string path = PitchFile.For(_settings.PitchFile, Path.GetFileNameWithoutExtension(clip.Name));
        return new GivenCurve(PitchFile.Read(path, input.Frames), ContentHash.Of(path));
    }

    // Saves of one training hear the same; a voice that says otherwise gets what it was trained on.
    private void OpenExtractors(VoiceFile voice)
    {
        (string?, string?, string?) heard = (voice.Extraction?.Features, voice.Extraction?.FeaturesHash, voice.Extraction?.Pitch);
        if (_features is not null && heard == _heard && _features.Channels == voice.Plan.PhoneChannels) return;
        CloseExtractors();
        _heard = heard;
        _features = new RememberedFeatures(Embedders.ForVoice(_backend, voice, new EmbedderChoice()));
        _pitch = null;
        if (!voice.Plan.HasPitch || _settings.PitchFile is not null) return;
        _pitch = new RememberedPitch(PitchMethods.Create(PitchMethods.AsTrained(_settings.PitchChoice, voice.Extraction?.Pitch), new PitchBackends(_backend), out string? note));
        Note = note;
    }

    private sealed record Prepared(AuditionClip Clip, ConversionInput Input, GivenCurve? Curve);

    /// <summary>The pitch of a clip that its user gives.</summary>
    private sealed record GivenCurve(double[] Hz, string Sha256);
}
