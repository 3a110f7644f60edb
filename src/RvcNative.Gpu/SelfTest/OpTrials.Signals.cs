using RvcNative.Core;

namespace RvcNative.Gpu.SelfTest;

public static partial class OpTrials
{
    private static IEnumerable<OpTrial> Signals()
    {
        // The last three are no powers of two, or too short or long for a group's memory: term by term.
        foreach ((int samples, StftSettings settings) in ((int, StftSettings)[])
            [(3000, new(2048, 400, 2048)), (900, new(1024, 320, 1024)), (301, new(64, 16, 40, 1e-6f)), (50, new(4, 2, 4)), (500, new(128, 30, 128) { Centred = true }), (400, new(60, 20, 60)), (7, new(2, 1, 2))])
        {
            yield return Transform(samples, settings, false);
            yield return Transform(samples, settings, true);
        }

        foreach ((int batch, int frames, int samples, int harmonics) in ((int, int, int, int)[])[(1, 1, 1, 1), (2, 30, 400, 1), (2, 200, 48, 9)])
        {
            yield return Source(batch, frames, samples, harmonics);
            yield return Template(batch, frames, samples);
        }
    }

    private static OpTrial Transform(int samples, StftSettings settings, bool add) => new("Stft", $"{samples} samples, {settings}{(add ? ", added" : "")}", run =>
    {
        Shape shape = [2, samples, 1], spectra = [2, settings.Frames(samples), settings.Bins];
        Tensor wave = run.Uniform(shape, -1, 1), window = run.Uniform([settings.WindowSamples], 0, 1), dy = run.Normal(spectra), y = run.Output(spectra);
        run.Backend.StftMagnitude(wave, window, settings, y);
        run.Backend.StftMagnitudeBackward(wave, window, settings, y, dy, run.Into(shape.WithFirst(add ? 1 : 2), add));
        Tensor x = run.Uniform(spectra, 0, 0.1f);
        run.Backend.LogClamp(x, 0.01f, run.Output(spectra));
        run.Backend.LogClampBackward(x, 0.01f, dy, run.Into(spectra.WithFirst(add ? 1 : 2), add));
    });

    private static OpTrial Source(int batch, int frames, int samples, int harmonics) => new("SineSource", $"[{batch},{frames}] of {samples} samples, {harmonics} harmonics", run =>
    {
        Shape shape = [batch, frames * samples, harmonics];
        Tensor f0 = run.Uniform([batch, frames], -100, 1100), noise = run.Normal(shape);
        run.Backend.SineSource(f0, noise, null, new(40000, samples), run.Output(shape));
        run.Backend.SineSource(f0, noise, run.Uniform([batch, 1, harmonics], 0, 1), new(40000, samples), run.Output(shape));
    });

    private static OpTrial Template(int batch, int frames, int samples) => new("SineTemplate", $"[{batch},{frames}] of {samples} samples", run =>
    {
        Shape shape = [batch, frames * samples, 1];
        Tensor f0 = run.Uniform([batch, frames], 80, 900);
        run.Backend.SineTemplate(f0, run.Normal(shape), new(40000, samples), run.Output(shape));
        run.Backend.SineTemplate(run.Mask(batch, frames), run.Normal(shape), new(40000, samples), run.Output(shape));
    }, LimitInSingle: 2e-4);   // each sample's pitch is rounded, and its turns are added to those before

    private static IEnumerable<OpTrial> Placement() =>
    [
        .. OverShapes("Decimate", (run, shape, add, items) =>
        {
            foreach (int rate in (int[])[1, 3])
            {
                Shape shorter = [shape[0], (shape[1] + rate - 1) / rate, shape[2]];
                Tensor taps = run.Normal([13]);
                run.Backend.Decimate(run.Normal(shape), taps, rate, run.Output(shorter));
                run.Backend.DecimateBackward(taps, rate, run.Normal(shorter), run.Into(shape.WithFirst(items), add));
            }
        }),
        .. OverShapes("Interpolate", (run, shape, add, items) =>
        {
            foreach (int rate in (int[])[1, 2, 5])
            {
                Shape longer = [shape[0], shape[1] * rate, shape[2]];
                run.Backend.Interpolate(run.Normal(shape), rate, run.Output(longer));
                run.Backend.InterpolateBackward(rate, run.Normal(longer), run.Into(shape.WithFirst(items), add));
            }
        }),
        .. OverShapes("Pool", (run, shape, _, _) =>
        {
            Shape picture = [shape[0], 6 * 10, shape[2]];
            if (shape[1] > 1) run.Backend.MaxPool(run.Normal(shape), run.Output([shape[0], shape[1] / 2, shape[2]]));
            run.Backend.AveragePool(run.Normal(picture), 10, run.Output([shape[0], 3 * 5, shape[2]]));
        }),
        .. OverShapes("Segments", (run, shape, add, items) =>
        {
            int frames = Math.Max(1, shape[1] / 2);
            Tensor x = run.Normal(shape), starts = run.Ids([shape[0]], shape[1]), dy = run.Normal([shape[0], frames, shape[2]]);
            run.Backend.Segments(x, starts, 1, run.Output(dy.Shape));
            run.Backend.Segments(x, starts, 2, run.Output(dy.Shape));
            run.Backend.SegmentsBackward(starts, 1, dy, run.Into(shape.WithFirst(items), add));
            run.Backend.SegmentsBackward(starts, 2, dy, run.Into(shape.WithFirst(items), add));
            run.Backend.Concatenate(x, run.Normal(shape.WithFirst(2)), run.Output(shape.WithFirst(shape[0] + 2)));
            if (shape[1] < 5) return;
            Shape longer = [shape[0], shape[1] + 4, shape[2]];
            run.Backend.ReflectEnd(x, run.Output(longer));
            run.Backend.ReflectEndBackward(run.Normal(longer), run.Into(shape.WithFirst(items), add));
        }),
    ];
}
