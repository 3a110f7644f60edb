using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Safetensors;
using RvcNative.Rvc.Verification;

namespace RvcNative.Rvc.Tests.Verification;

public sealed class VerifierTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    [SkippableTheory]
    [InlineData("infer-v1-nof0-tiny")]
    [InlineData("infer-v2-f0-tiny-chunk")]
    [InlineData("f0-coarse")]
    [InlineData("rmvpe")]
    [InlineData("fcpe")]
    [InlineData("crepe-tiny")]
    [InlineData("checkpoint-pth")]
    [InlineData("tensorboard")]
    [InlineData("index-faiss")]
    [InlineData("hubert-tiny")]
    [InlineData("pipeline")]
    [InlineData("audio-mel")]
    [InlineData("audio-preprocess")]
    [InlineData("audio-resample")]
    [InlineData("train-v1-f0-tiny")]
    [InlineData("train-v2-nof0-tiny")]
    [InlineData("train-mrf-tiny")]
    [InlineData("train-applio-hifigan-tiny")]
    public void Golden_cases_pass(string name)
    {
        CaseReport report = Run(GoldenCases.Find(name));
        Assert.Empty(report.Failures);
        Assert.NotEmpty(report.Checks);
    }

    [SkippableTheory]
    [InlineData("f0-coarse")]
    [InlineData("tensorboard")]
    [InlineData("infer-v1-nof0-tiny")]
    [InlineData("index-faiss")]
    [InlineData("hubert-tiny")]
    public void Every_expected_tensor_is_compared(string name)
    {
        using GoldenCases.Copy copy = new(name);
        SafetensorsFile expected = SafetensorsFile.Read(copy["expected.safetensors"]);
        SafetensorsFile.Write(copy["expected.safetensors"],
            [.. expected.Tensors.Select(tensor => KeyValuePair.Create(tensor.Key, Changed(tensor.Value)))]);
        CaseReport report = Run(copy.Folder);
        foreach ((string tensor, _) in expected.Tensors)
        {
            Assert.Contains(report.Failures, failure => failure.StartsWith($"{tensor}:", StringComparison.Ordinal));
        }
    }

    [SkippableFact]
    public void A_tensor_of_another_length_fails_and_shows_both_shapes()
    {
        using GoldenCases.Copy copy = new("f0-coarse");
        SafetensorsFile expected = SafetensorsFile.Read(copy["expected.safetensors"]);
        SafetensorsFile.Write(copy["expected.safetensors"],
            [.. expected.Tensors.Select(tensor => tensor.Key == "coarse" ? KeyValuePair.Create("coarse", FileTensor.FromInt64([1], [1])) : tensor)]);
        Assert.Contains(Run(copy.Folder).Failures, failure => failure == "coarse: ours is int64 [537], the case's is int64 [1]");
    }

    [SkippableFact]
    public void Other_keys_than_the_goldens_are_computed()
    {
        using GoldenCases.Copy copy = new("f0-coarse");
        double[] filled = SafetensorsFile.Read(copy["expected.safetensors"])["f0_key0_f64"].ToFloat64();
        FileTensor wanted = FileTensor.FromFloat64([filled.Length], [.. filled.Select(hz => hz * Math.Pow(2, -0.75 / 12))]);
        copy.Edit("case.json", "\"f0_key5_f64\"", "\"f0_key-0.75_f64\"");
        SafetensorsFile expected = SafetensorsFile.Read(copy["expected.safetensors"]);
        SafetensorsFile.Write(copy["expected.safetensors"], [.. expected.Tensors, KeyValuePair.Create("f0_key-0.75_f64", wanted)]);
        CaseReport report = Run(copy.Folder);
        Assert.Empty(report.Failures);
        Assert.Contains(report.Checks, check => check.Name == "f0_key-0.75_f64");
    }

    [SkippableTheory]
    [InlineData("\"coarse_applio\": {", "\"coarse_of_nobody\": {", "coarse_of_nobody: cases of the kind 'f0-coarse' have no tensor of this name")]
    [InlineData("\"f0_max\": 1100", "\"f0_max\": 1000", "f0_max: pitch classes end at 1100 Hz")]
    [InlineData("\"rel\": 1e-06", "\"close\": 1e-06", "is not one that is known")]
    public void What_cannot_be_judged_fails(string from, string to, string problem)
    {
        using GoldenCases.Copy copy = new("f0-coarse");
        copy.Edit("case.json", from, to);
        Assert.Contains(Run(copy.Folder).Failures, failure => failure.Contains(problem, StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Parameters_of_index_and_pipeline_are_read_from_the_case()
    {
        using GoldenCases.Copy index = new("index-faiss");
        index.Edit("case.json", "\"index_rate\": 0.75", "\"index_rate\": 0.5");
        Assert.StartsWith("blended: error", Assert.Single(Run(index.Folder).Failures));
        index.Edit("case.json", "\"vectors\": 2000", "\"vectors\": 1999");
        Assert.Contains("vectors: the file's is 2000, case.json says 1999", Run(index.Folder).Failures);
        index.Edit("case.json", "\"nprobe\": 1", "\"nprobe\": 51");
        Assert.Contains(Run(index.Folder).Failures, failure => failure.StartsWith("ids:", StringComparison.Ordinal));

        using GoldenCases.Copy pipeline = new("pipeline");
        pipeline.Edit("case.json", "index rate 0.6", "index rate 0.5");
        Assert.StartsWith("protected: error", Assert.Single(Run(pipeline.Folder).Failures));
        pipeline.Edit("case.json", "index rate 0.5", "index rate 0.6");
        pipeline.Edit("case.json", "\"protect\": 0.33", "\"protect\": 0.3");
        Assert.StartsWith("protected: error", Assert.Single(Run(pipeline.Folder).Failures));
        pipeline.Edit("case.json", "\"x_center\": 7", "\"x_center\": 6");
        Assert.Contains(Run(pipeline.Folder).Failures, failure => failure.StartsWith("cuts: ", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void A_good_checkpoint_called_bad_fails_and_so_does_a_bad_one_called_good()
    {
        using GoldenCases.Copy copy = new("checkpoint-pth");
        copy.Edit("case.json", "\"bad\": [\"hostile-zip.pth\"", "\"bad\": [\"views.pth\"");
        copy.Edit("case.json", "\"truncated.pth\": \"bad: must be refused\"", "\"truncated.pth\": \"good\"");
        copy.Edit("case.json", "\"truncated.pth\", ", "");
        IReadOnlyList<string> failures = Run(copy.Folder).Failures;
        Assert.Contains("views.pth: is bad, and was read all the same", failures);
        Assert.Contains(failures, failure => failure.StartsWith("truncated.pth: is good, and was refused:", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("contents-views.json", "de8f98297ffb656a", "00000000ffb656a0", "has elements with the SHA-256 de8f98297ffb656a")]
    [InlineData("contents-views.json", "\"float64\"", "\"float32\"", "is float64 [2], not float32 [2]")]
    [InlineData("contents-views.json", "1099511627776", "1099511627777", "[\"plain\", \"number\"]: is another int than 1099511627777")]
    [InlineData("contents-foreign-class.json", "\"OrderedDict\"", "\"dict\"", "is a OrderedDict of 1, not a dict of 1")]
    [InlineData("contents-foreign-class.json", "\"w\"", "\"v\"", "[\"model\", \"v\"]: is missing")]
    public void A_checkpoint_that_differs_from_its_contents_fails(string contents, string from, string to, string problem)
    {
        using GoldenCases.Copy copy = new("checkpoint-pth");
        copy.Edit(contents, from, to);
        Assert.Contains(Run(copy.Folder).Failures, failure => failure.Contains(problem, StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("38.154937744140625", "38.25", "its value is ScalarValue { Tag = loss/g/total")]
    [InlineData("\"step\": 200,", "\"step\": 201,", "its step is 200")]
    [InlineData("67a8093dcdc17d0c", "0000000000000000", "its bytes have another png_sha256")]
    [InlineData("brain.Event:2", "brain.Event:3", "its file version is brain.Event:2")]
    public void An_event_that_differs_fails_in_the_file_and_in_ours(string from, string to, string problem)
    {
        using GoldenCases.Copy copy = new("tensorboard");
        copy.Edit("contents.json", from, to);
        IReadOnlyList<string> failures = Run(copy.Folder).Failures;
        Assert.Contains(failures, failure => failure.Contains(problem, StringComparison.Ordinal)
            && !failure.Contains("written by us", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.Contains(problem, StringComparison.Ordinal)
            && failure.Contains("written by us", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Parts_that_are_missing_are_told()
    {
        using GoldenCases.Copy copy = new("checkpoint-pth");
        File.Delete(copy["views-legacy.pth"]);
        Assert.Contains("views-legacy.pth is not in the folder", Run(copy.Folder).Notes);

        using GoldenCases.Copy events = new("tensorboard");
        File.Delete(events["contents.json"]);
        CaseReport report = Run(events.Folder);
        Assert.Empty(report.Failures);
        Assert.Contains("contents.json is not in the folder", report.Notes);
    }

    [SkippableFact]
    public void A_case_of_an_unknown_kind_or_without_its_parts_is_refused()
    {
        using GoldenCases.Copy copy = new("f0-coarse");
        copy.Edit("case.json", "\"kind\": \"f0-coarse\"", "\"kind\": \"f0-fine\"");
        Assert.Contains("the kind 'f0-fine' are not known; known are train-step",
            Assert.Throws<NotSupportedException>(() => Run(copy.Folder)).Message);
        copy.Edit("case.json", "\"kind\": \"f0-fine\"", "\"kind\": \"train-step\"");
        Assert.Throws<FileFormatException>(() => Run(copy.Folder));
        copy.Edit("case.json", "\"kind\": \"train-step\"", "\"kind\": \"audio-mel\"");
        Assert.Contains("has no tensor wav", Assert.Throws<FileFormatException>(() => Run(copy.Folder)).Message);
        File.Delete(copy["case.json"]);
        Assert.Throws<FileNotFoundException>(() => Run(copy.Folder));
        Assert.Contains("there is no such folder", Assert.Throws<DirectoryNotFoundException>(() => Run(copy["nothing"])).Message);
    }

    private CaseReport Run(string folder) => Verifier.Run(new GoldenCase(folder), _backend);

    private static FileTensor Changed(FileTensor tensor)
    {
        byte[] data = [.. tensor.Data];
        data[^1] ^= 0x01;                                // a float's exponent, an integer's highest byte
        data[^(tensor.DType.ByteCount() > 2 ? 2 : 1)] ^= 0x40;
        return new FileTensor(tensor.DType, tensor.Shape, data);
    }
}
