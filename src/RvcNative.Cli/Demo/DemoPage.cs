using System.Globalization;
using System.Net;
using System.Text;
using RvcNative.Formats;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Demo;

/// <summary>The page that shows a demo: everything that it needs is in it or in its folder, so that a double click opens it.</summary>
internal static class DemoPage
{
    internal static void Write(DemoFolder folder, DemoResult result)
    {
        byte[] page = Encoding.UTF8.GetBytes(Html(folder, result));
        AtomicFile.Write(folder.Page, stream => stream.Write(page));
    }

    private static string Html(DemoFolder folder, DemoResult result)
    {
        LossHistory losses = result.Losses;
        string verdictClass = result.IsReached ? "good" : result.Plan.IsShort ? "" : "bad";
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>RvcNative demo</title>
            <style>{{DemoStyle.Css}}</style>
            </head>
            <body>
            <main>
            <h1>RvcNative demo</h1>
            <p class="lead">A small voice, trained from random weights in {{Duration(result.Times.TrainSeconds)}} on {{Encode(result.Device)}}, says a sentence again that it was not trained on:
            <q>{{Encode(DemoSamples.HeldOutText)}}</q></p>
            {{(result.Plan.IsShort ? "<p class=\"note\">This was a short demo: all stages ran, but with too few steps for anything to be heard. Run it without <code>--short</code> for a voice.</p>" : "")}}

            <h2>Listen</h2>
            <section>
            {{Recording("Original", folder.Original, folder.OriginalPicture)}}
            {{Recording("Converted", folder.Converted, folder.ConvertedPicture)}}
            </section>
            <p class="small">Time runs to the right, frequency upward; brightness is the level, down to 70 dB below the loudest.</p>

            <h2>What it reached</h2>
            <table>
            {{Row($"{MelName(result)} at the beginning", $"{losses.Began:f1} (mean of the first {losses.BeganSteps} steps)")}}
            {{Row($"{MelName(result)} at the end", $"{losses.Reached:f1} (mean of the last {losses.ReachedSteps} steps)")}}
            <tr><th scope="row">Ratio</th><td class="{{verdictClass}}">{{Text($"{100 * losses.Ratio:f0}")}}% of where it began: {{Encode(result.Verdict)}}</td></tr>
            {{Row("Distance of the conversion", $"{result.Distance.MeanDb:f1} dB (log-mel spectra at three resolutions; the original's mean spectrum, held all the time, is {result.Distance.FlatDb:f1} dB away)")}}
            {{Row("Steps", $"{losses.Steps} of {DemoPlan.BatchSize} segments, {result.Times.TrainSeconds / losses.Steps:f2} s each")}}
            {{Row("Time", $"{Duration(result.Times.TotalSeconds)}: preprocess {result.Times.PreprocessSeconds:f1} s, extract {result.Times.ExtractSeconds:f1} s, train {result.Times.TrainSeconds:f1} s, infer {result.Times.ConvertSeconds:f1} s")}}
            </table>
            <figure><img src="{{Name(folder.LossPicture)}}" alt="Curves of the losses over the steps"></figure>

            <h2>What was done</h2>
            <ol>
            <li><b>preprocess</b> cut {{DemoSamples.Training.Count}} sentences ({{Text($"{result.TrainedSeconds:f1}")}} s of one reader) into {{result.Clips}} chunks at {{DemoPlan.SampleRateHz / 1000}} kHz.</li>
            <li><b>extract</b> computed pitch (pYIN) and phone features. The features are the built-in spectral projection, which needs no download:
            enough to say the <em>same</em> speaker again. Converting one speaker into another wants ContentVec features.</li>
            <li><b>train</b> ran {{Losses(result.Plan.Config.Model.Vocoder)}} losses on a reduced model of version 2 with {{result.Plan.Config.Model.Vocoder.FileName()}} ({{Text($"{result.Parameters / 1e6:f1}")}} million parameters with its discriminators).</li>
            <li><b>infer</b> said the sentence again from its features and pitch alone, with <code>{{Name(folder.Voice)}}</code>.</li>
            </ol>
            <p>A real voice takes minutes of recordings, pretrained weights and some hours; this one is here to show that every part works.</p>

            <h2>Your own voice</h2>
            <pre>rvcnative preprocess my-recordings --name mira --sample-rate 40k
            rvcnative extract --name mira
            rvcnative train --name mira --epochs 200 --batch-size 4 --pretrain-g f0G40k.pth --pretrain-d f0D40k.pth
            rvcnative infer talk.wav talk-as-mira.wav --model assets/weights/mira.pth</pre>
            <p>To train the demo's voice further: <code>rvcnative train --logs {{Argument(Path.Combine(folder.Root, "logs"))}} --weights {{Argument(folder.Weights)}} --name demo --epochs {{result.Plan.Epochs * 2}}</code></p>
            <p class="small">Recordings: LibriVox, public domain; see <a href="{{Name(folder.Licence)}}">{{Name(folder.Licence)}}</a>.</p>
            </main>
            </body>
            </html>

            """;
    }

    private static string MelName(DemoResult result) => $"{char.ToUpperInvariant(result.Plan.MelLossName[0])}{result.Plan.MelLossName[1..]}";

    private static string Losses(Vocoder vocoder) => vocoder == Vocoder.HifiGan ? "mainline's own" : "Applio's";

    private static string Recording(string title, string wave, string picture) => $"""
        <figure>
        <figcaption>{title}</figcaption>
        <audio controls preload="metadata" src="{Name(wave)}"></audio>
        <img src="{Name(picture)}" alt="Spectrogram: {title}">
        </figure>
        """;

    private static string Row(string head, FormattableString value) => $"<tr><th scope=\"row\">{head}</th><td>{Encode(Text(value))}</td></tr>";

    private static string Name(string path) => Path.GetFileName(path);

    private static string Argument(string path) => Encode(path.Contains(' ') ? $"\"{path}\"" : path);

    private static string Duration(double seconds) => seconds < 60 ? Text($"{seconds:f0} s") : Text($"{(int)seconds / 60} min {(int)seconds % 60} s");

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
