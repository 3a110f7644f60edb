namespace RvcNative.Audio.Tests;

public sealed class SampleSpoolTests
{
    [Fact]
    public void A_file_holds_what_memory_would()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("rvcnative-spool-");
        try
        {
            using SampleSpool few = new(), many = new(folder.FullName, mostInMemory: 100);
            for (int i = 0; i < 50; i++)
            {
                float[] block = [.. Enumerable.Range(i * 13, 13).Select(value => value - 300f)];
                few.Add(block);
                many.Add(block);
            }

            Assert.Equal(OperatingSystem.IsWindows() ? 1 : 0, folder.GetFiles().Length);   // so that nothing is left when the process is killed
            Assert.Equal((650, 650, 349f), (few.Count, many.Count, many.Peak));
            float[] first = new float[201], second = new float[201];
            few.Read(77, first);
            many.Read(77, second);
            Assert.Equal(first, second);
            List<float> all = [];
            many.CopyTo((start, block) => all.AddRange(block), blockSamples: 64);
            Assert.Equal(Enumerable.Range(0, 650).Select(value => value - 300f), all);
            many.Dispose();
            Assert.Empty(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
