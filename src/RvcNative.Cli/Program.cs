using RvcNative.Cli;
using RvcNative.Native.Libc;

// Scratch memory grows in steps: 25 MiB less at the peak of a 40k step.
Malloc.MapBlocksFrom(512 << 10);
return CommandLine.Run(args, Console.Out, Console.Error);
