using System.Runtime.InteropServices;
using AvatarGrains.Server.Configuration;
using AvatarGrains.Server.Launch;

namespace AvatarGrains.Server.Commands;

/// <summary>A cluster on this machine, for development: one process for each silo, all on one data folder.</summary>
internal sealed class ClusterCommand(TextWriter output, TextWriter errors) : IDisposable
{
    private static readonly TimeSpan ProgressTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<SiloProcess> _silos = [];
    private readonly Lock _writing = new();
    private IReadOnlyDictionary<string, string> _shared = new Dictionary<string, string>();
    private bool _stopping;

    /// <param name="silos">How many.</param>
    /// <param name="options">Settings as one server would have them; ports are those of the first silo.</param>
    /// <param name="arguments">The command line's options, which every silo gets too.</param>
    /// <exception cref="StartupException">A silo does not start.</exception>
    public async Task<int> ExecuteAsync(int silos, ServerOptions options, IReadOnlyList<string> arguments)
    {
        Check(silos, options);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        var plans = SiloPlan.Layout(silos, options);
        await using var membership = await LocalMembership.StartAsync(options, plans, line => Write(errors, line));
        _shared = membership.Settings;
        try
        {
            if (membership.Primary is { } primary)
            {
                _ = KeepAsync(await StartAsync(primary, arguments), arguments);
            }

            var started = await Task.WhenAll(plans.Where(plan => plan != membership.Primary).Select(plan => StartAsync(plan, arguments)));
            foreach (var plan in plans)
            {
                SayReady(plan);
            }

            foreach (var silo in started)
            {
                _ = KeepAsync(silo, arguments);
            }

            await _stop.Task;
            return 0;
        }
        catch (OperationCanceledException) when (_stop.Task.IsCompleted)
        {
            return 0;
        }
        finally
        {
            await StopAllAsync();
        }
    }

    public void Dispose() => _silos.ForEach(static silo => silo.Dispose());

    /// <exception cref="StartupException">It cannot be.</exception>
    private static void Check(int silos, ServerOptions options)
    {
        var last = (silos - 1) * 10;
        if (silos is < 1 or > SiloPlan.Most)
        {
            throw new StartupException($"--cluster is {silos}; it must be 1 to {SiloPlan.Most}.");
        }

        if (options.Cluster.Roles is not null)
        {
            throw new StartupException("cluster.roles is set, which is for one silo; --cluster gives each silo its own.");
        }

        var siloPort = options.Cluster.SiloPort ?? ClusterSettings.DefaultSiloPort;
        if (options.Port == 0 || options.MediaPort == 0 || Math.Max(options.Port, Math.Max(options.MediaPort, siloPort)) + last > 65535)
        {
            throw new StartupException(
                "--cluster needs ports that are known before: each silo's are ten above those of the one before it, from --port, --media-port and "
                + "cluster.siloPort on.");
        }
    }

    private async Task<SiloProcess> StartAsync(SiloPlan plan, IReadOnlyList<string> arguments)
    {
        var silo = Launch(plan, arguments);
        await ReadyAsync(silo);
        return silo;
    }

    /// <exception cref="OperationCanceledException">The cluster is being stopped.</exception>
    private SiloProcess Launch(SiloPlan plan, IReadOnlyList<string> arguments)
    {
        lock (_silos)
        {
            if (_stopping)
            {
                throw new OperationCanceledException();
            }

            var silo = SiloProcess.Start(plan, _shared, arguments, line => Write(errors, $"[{plan.Name}] {line}"));
            _silos.Add(silo);
            return silo;
        }
    }

    /// <summary>Waits as long as it takes, and says so: a machine may be busy, and a person can press Ctrl-C.</summary>
    /// <exception cref="StartupException">It has ended.</exception>
    private async Task ReadyAsync(SiloProcess silo)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var first = await Task.WhenAny(silo.Ready, silo.Ended, _stop.Task, Task.Delay(ProgressTime, TimeProvider.System));
            if (first == silo.Ready)
            {
                var plan = silo.Plan;
                var media = plan.IsEdge ? $", media port {plan.MediaPort}" : "";
                Write(output, $"Silo {plan.Name}: process {silo.Id}, HTTP port {plan.Port}, silo port {plan.SiloPort}{media}");
                return;
            }

            if (first == _stop.Task)
            {
                throw new OperationCanceledException();
            }

            if (first == silo.Ended)
            {
                throw new StartupException($"The silo {silo.Plan.Name} did not start: it ended with exit code {silo.ExitCode}.");
            }

            var taken = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            Write(errors, $"avatar: the silo {silo.Plan.Name} is still starting, after {taken:F0} s.");
        }
    }

    /// <summary>Starts a silo again each time it ends, later and later when it does not stay.</summary>
    private async Task KeepAsync(SiloProcess silo, IReadOnlyList<string> arguments)
    {
        var plan = silo.Plan;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var since = TimeProvider.System.GetTimestamp();
            await silo.Ended;
            pause = TimeProvider.System.GetElapsedTime(since) > LongestPause ? FirstPause : pause;
            if (!_stopping)
            {
                Write(
                    errors,
                    $"avatar: the silo {plan.Name} has ended (exit code {silo.ExitCode}). The others go on without it; "
                    + $"it is started again in {pause.TotalSeconds:F0} s.");
            }

            await Task.WhenAny(Task.Delay(pause, TimeProvider.System), _stop.Task);
            try
            {
                silo = Launch(plan, arguments);
                await ReadyAsync(silo);
                SayReady(plan);
            }
            catch (StartupException failed)
            {
                Write(errors, $"avatar: {failed.Message}");
            }
            catch (OperationCanceledException)
            {
                // The cluster is being stopped.
                return;
            }
        }
    }

    private void SayReady(SiloPlan plan)
    {
        if (plan.IsEdge)
        {
            Write(output, $"Ready http://127.0.0.1:{plan.Port} ({plan.Name})");
        }
    }

    /// <summary>Edges first, while the sessions of their clients can still be saved.</summary>
    private async Task StopAllAsync()
    {
        List<SiloProcess> running;
        lock (_silos)
        {
            _stopping = true;
            running = _silos.Where(static silo => !silo.Ended.IsCompleted).ToList();
        }

        await Task.WhenAll(running.Where(static silo => silo.Plan.Roles == "edge").Select(static silo => silo.StopAsync()));
        foreach (var silo in running.Where(static silo => silo.Plan.Roles != "edge").Reverse())
        {
            await silo.StopAsync();
        }
    }

    /// <summary>The first signal stops the silos in order, the second at once.</summary>
    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (!_stop.TrySetResult())
        {
            lock (_silos)
            {
                foreach (var silo in _silos.Where(static silo => !silo.Ended.IsCompleted))
                {
                    silo.Kill();
                }
            }
        }
    }

    private void Write(TextWriter to, string line)
    {
        lock (_writing)
        {
            try
            {
                to.WriteLine(line);
                to.Flush();
            }
            catch (IOException)
            {
                // The terminal is gone, and nobody reads; the silos are stopped all the same.
            }
        }
    }
}
