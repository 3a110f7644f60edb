using System.Runtime.InteropServices;
using RvcNative.Core.Cpu;
using RvcNative.Tests;

namespace RvcNative.Gpu.Tests;

/// <summary>A device with a library of convolutions, which computes them on the host.</summary>
internal sealed class LibraryDevice(IDevice inner, bool outputsFirst) : ForwardingDevice(inner)
{
    public override IReadOnlyList<ConvLibrary> OpenLibraries() => [new HostLibrary(this, outputsFirst)];

    private sealed class HostLibrary(IDevice device, bool outputsFirst) : ConvLibrary
    {
        public override string Name => "the host's sums";

        public override ConvPlan? Plan(ConvSum sum, Precision precision) => new HostPlan(device, sum, Name, outputsFirst);

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class HostPlan(IDevice device, ConvSum sum, string library, bool outputsFirst) : ConvPlan
    {
        public override string Library => library;

        public override bool WantsOutputsFirst => outputsFirst;

        public override long WorkspaceBytes => 1000;

        public override void Run(KernelArgument first, KernelArgument second, KernelArgument to, bool accumulate, KernelArgument workspace)
        {
            using CpuBackend cpu = new(1);
            ConvGeometry geometry = sum.Geometry;
            int rows = geometry.Taps * sum.InChannels / geometry.Groups;
            Tensor x = cpu.NewTensor([sum.Batch, sum.InFrames, sum.InChannels]), y = cpu.NewTensor([sum.Batch, sum.OutFrames, sum.OutChannels]),
                w = cpu.NewTensor([geometry.Taps, sum.InChannels / geometry.Groups, sum.OutChannels]);
            device.Write(new byte[1000], workspace.Memory!, workspace.Offset);   // a library writes all of it
            (Tensor a, Tensor b, Tensor result) = sum.Pass switch
            {
                ConvPass.Forward => (x, w, y),
                ConvPass.DataGradient => (y, w, x),
                _ => (x, y, w),
            };
            Load(first, a);
            Load(second, b);
            Load(to, result);
            switch (sum.Pass)
            {
                case ConvPass.Forward: cpu.Conv(x, w, null, geometry, ConvEpilogue.Plain, y); break;
                case ConvPass.DataGradient: cpu.ConvDataGradient(y, w, geometry, new Gradient(x, accumulate)); break;
                default: cpu.ConvWeightGradient(x, y, geometry, new Gradient(w, accumulate)); break;
            }

            float[] values = cpu.ToArray(result);
            if (outputsFirst && result == w) values = Turned(values, rows, sum.OutChannels);
            device.Write(MemoryMarshal.AsBytes<float>(values), to.Memory!, to.Offset * sizeof(float));

            void Load(KernelArgument from, Tensor tensor)
            {
                float[] read = new float[tensor.Count];
                device.Read(from.Memory!, from.Offset * sizeof(float), MemoryMarshal.AsBytes(read.AsSpan()));
                cpu.Write(outputsFirst && tensor == w ? Turned(read, sum.OutChannels, rows) : read, tensor);
            }
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

    /// <summary>[rows,columns] as [columns,rows].</summary>
    internal static float[] Turned(float[] values, int rows, int columns)
    {
        float[] turned = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++) turned[(column * rows) + row] = values[(row * columns) + column];
        }

        return turned;
    }
}
