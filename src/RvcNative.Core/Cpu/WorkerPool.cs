namespace RvcNative.Core.Cpu;

/// <summary>A piece of work split into numbered parts that do not depend on each other; a struct of plain values and pointers.</summary>
internal interface IJob
{
    void Run(int part);
}

/// <summary>
/// Fork-join over a fixed set of threads. A call hands out parts by a counter and returns when all are done; it allocates nothing:
/// the job stays on the caller's stack and travels as a pointer.
/// </summary>
internal sealed unsafe class WorkerPool : IDisposable
{
    /// <summary>Rounds of waiting for the next job. Between two jobs of a step little is done, and to be woken takes longer; a thread without a processor of its own would only stand in others' way.</summary>
    private const int LongWait = 4000, ShortWait = 200, SpinsToYield = 16;
    private readonly int _spinsBeforeSleep;
    private readonly Thread[] _workers;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _turn = new();
    private delegate*<void*, int, void> _run;
    private void* _job;
    private int _parts, _next, _busy, _stop;
    private Exception? _failure;

    internal WorkerPool(int threads)
    {
        _spinsBeforeSleep = threads <= Environment.ProcessorCount ? LongWait : ShortWait;
        _workers = new Thread[threads - 1];
        for (int index = 0; index < _workers.Length; index++)
        {
            _workers[index] = new Thread(Work) { IsBackground = true, Name = $"rvcnative worker {index + 1}" };
            _workers[index].Start();
        }
    }

    internal int Threads => _workers.Length + 1;

    /// <summary>Runs parts 0 … parts - 1. An exception of any part is thrown here, after all threads have stopped.</summary>
    internal void For<TJob>(int parts, ref TJob job) where TJob : unmanaged, IJob
    {
        if (parts <= 1 || _workers.Length == 0)
        {
            for (int part = 0; part < parts; part++) job.Run(part);
            return;
        }

        lock (_turn)
        {
            fixed (TJob* pointer = &job)
            {
                _job = pointer;
                _run = &Invoke<TJob>;
                (_parts, _next, _failure) = (parts, 0, null);
                int helpers = Math.Min(_workers.Length, parts - 1);
                Volatile.Write(ref _busy, helpers);
                _wake.Release(helpers);
                Share();
                SpinWait spin = default;
                while (Volatile.Read(ref _busy) != 0) spin.SpinOnce(sleep1Threshold: -1);
            }

            if (_failure is { } failure) throw new InvalidOperationException(failure.Message, failure);
        }
    }

    public void Dispose()
    {
        Volatile.Write(ref _stop, 1);
        _wake.Release(Math.Max(1, _workers.Length));
        foreach (Thread worker in _workers) worker.Join();
        _wake.Dispose();
    }

    private static void Invoke<TJob>(void* job, int part) where TJob : unmanaged, IJob => ((TJob*)job)->Run(part);

    private void Share()
    {
        try
        {
            for (int part; (part = Interlocked.Increment(ref _next) - 1) < _parts;) _run(_job, part);
        }
        catch (Exception failure)
        {
            _failure ??= failure;
            Volatile.Write(ref _next, _parts);
        }
    }

    /// <summary>Waits a while for the next job without sleeping, and gives way to the caller where the system has put both on one processor.</summary>
    private void Await()
    {
        for (int spins = 1; spins <= _spinsBeforeSleep && _wake.CurrentCount == 0; spins++)
        {
            Thread.SpinWait(20);
            if (spins % SpinsToYield == 0) Thread.Yield();
        }
    }

    private void Work()
    {
        while (true)
        {
            Await();
            _wake.Wait();
            if (Volatile.Read(ref _stop) != 0) return;
            Share();
            Interlocked.Decrement(ref _busy);
        }
    }
}
