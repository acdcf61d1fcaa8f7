using System.Diagnostics;
using System.Globalization;
using AvatarGrains.ClusterBench.Reports;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Speech;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace AvatarGrains.ClusterBench.Answers;

/// <summary>
/// How soon an answer's first piece is there and what a piece costs: the ways in which a worker could give pieces, and the product's own, in one silo
/// and between two over TCP. Whoever asks and whoever answers share this process, so that the figures are those of both.
/// </summary>
internal static class AnswerComparison
{
    private const int Pieces = 10;
    private const int Warm = 2000;
    private const int Measured = 5000;
    private static readonly int[] Pauses = [0, 2];

    public static async Task RunAsync(int port)
    {
        Console.WriteLine($"Answers of {Pieces} pieces, one after the other; {Environment.ProcessorCount} cores\n");
        Console.WriteLine("| | first piece p50 / p99, µs | whole answer p50, µs | processor µs a piece | bytes allocated a piece |");
        Console.WriteLine("|---|---|---:|---:|---:|");
        await using (var silo = await AnswerSilo.StartAsync(SiloRoles.All, port, port))
        {
            await WaysAsync("one silo", silo.Services, here: true);
            await SpeechAsync("one silo", silo.Services);
        }

        await using var worker = await AnswerSilo.StartAsync(SiloRoles.Worker, port + 1, port + 1);
        await using var session = await AnswerSilo.StartAsync(SiloRoles.Edge | SiloRoles.Session, port + 2, port + 1);
        await KnowsAsync(session.Services, 2);
        await WaysAsync("two silos", session.Services, here: false);
        await SpeechAsync("two silos", session.Services);
    }

    private static async Task WaysAsync(string where, IServiceProvider services, bool here)
    {
        var grains = services.GetRequiredService<IGrainFactory>();
        var grain = grains.GetGrain<IAnswerGrain>(1);
        foreach (var pause in Pauses)
        {
            var name = pause == 0 ? where : $"{where}, a piece each {pause} ms";
            await MeasureAsync($"{name}: observer", pause, async clock =>
            {
                var taker = new Taker(clock);
                var reference = grains.CreateObjectReference<IPieceObserver>(taker);
                await grain.PushAsync(PieceTarget.There(reference), Pieces, pause);
                grains.DeleteObjectReference<IPieceObserver>(reference);

                // The reference alone does not keep it.
                GC.KeepAlive(taker);
            });
            await MeasureAsync($"{name}: grain enumeration", pause, async clock =>
            {
                await foreach (var chunk in grain.EnumerateAsync(Pieces, pause, CancellationToken.None))
                {
                    clock.Piece();
                }
            });
            if (here)
            {
                await MeasureAsync(
                    $"{name}: object of the process", pause, clock => grain.HandAsync(PieceTarget.Here(new Taker(clock)), Pieces, pause));
            }
        }
    }

    private static async Task SpeechAsync(string where, IServiceProvider services)
    {
        var own = services.GetRequiredService<WorkerEngines>().Segments;
        var pooled = services.GetRequiredService<ISegmentSource>();
        var request = new SegmentRequest("This is what an avatar says today. It goes on for five seconds or so.", null, null, Expression.Neutral);
        await MeasureAsync($"{where}: a sentence without a worker", 0, clock => SpeakAsync(own, request, clock));
        await MeasureAsync($"{where}: a sentence by the worker", 0, clock => SpeakAsync(pooled, request, clock));
    }

    private static async Task SpeakAsync(ISegmentSource segments, SegmentRequest request, Clock clock)
    {
        await foreach (var part in segments.SpeakAsync(request, CancellationToken.None))
        {
            clock.Piece();
        }
    }

    private static async Task MeasureAsync(string name, int pauseMs, Func<Clock, Task> ask)
    {
        var clock = new Clock();
        for (var i = 0; i < Warm / (1 + (10 * pauseMs)); i++)
        {
            clock.Start();
            await ask(clock);
        }

        List<double> first = [], whole = [];
        var pieces = 0;
        var (cpu, bytes) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
        for (var i = 0; i < Measured / (1 + (10 * pauseMs)); i++)
        {
            clock.Start();
            await ask(clock);
            first.Add(clock.First);
            whole.Add(clock.Now);
            pieces += clock.Count;
        }

        cpu = Environment.CpuUsage.TotalTime - cpu;
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        var spread = Spread.Of(first);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {spread.P50:0} / {spread.P99:0} | {Spread.Of(whole).P50:0} | {cpu.TotalMicroseconds / pieces:0.0} | {bytes / pieces:0} |"));
    }

    private static async Task KnowsAsync(IServiceProvider silo, int silos)
    {
        await foreach (var manifest in silo.GetRequiredService<IClusterManifestProvider>().Updates)
        {
            if (manifest.Silos.Count == silos)
            {
                return;
            }
        }
    }

    /// <summary>Times one answer, µs.</summary>
    private sealed class Clock
    {
        private long _started;

        public double First { get; private set; }

        public int Count { get; private set; }

        public double Now => Stopwatch.GetElapsedTime(_started).TotalMicroseconds;

        public void Start()
        {
            _started = Stopwatch.GetTimestamp();
            Count = 0;
        }

        public void Piece()
        {
            if (Count++ == 0)
            {
                First = Now;
            }
        }
    }

    private sealed class Taker(Clock clock) : IPieceReceiver, IPieceObserver
    {
        public CancellationToken Stop => CancellationToken.None;

        public bool TryTake(object piece)
        {
            clock.Piece();
            return true;
        }

        public Task OnPiecesAsync(Immutable<object[]> pieces)
        {
            foreach (var piece in pieces.Value)
            {
                clock.Piece();
            }

            return Task.CompletedTask;
        }
    }
}
