using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AvatarGrains.SessionBench;

/// <summary>Sessions over the Perso REST contract: created, talked to, left idle, ended. Prints one table.</summary>
internal static class SessionBenchmark
{
    private const string Usage = "Usage: AvatarGrains.SessionBench URL [SESSIONS (1000)] [AT-ONCE (16)] [SERVER-PID]";

    public static async Task<int> RunAsync(string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        if (args.Length is 0 or > 4 || !Uri.TryCreate(args[0], UriKind.Absolute, out var address))
        {
            output.WriteLine(Usage);
            return 2;
        }

        var sessions = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1000;
        var atOnce = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 16;
        var process = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : (int?)null;
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = atOnce }) { BaseAddress = new Uri(address, "/api/v1/") };
        Timings create = new("create"), talk = new("talk"), read = new("read"), end = new("end");
        // Code is compiled and pools are filled at first use: that is not a session's cost.
        var first = await CreateAsync(http, Math.Min(sessions, 200), atOnce, new Timings(""), cancellationToken);
        await TalkAsync(http, first, atOnce, new Timings(""), cancellationToken);
        await EndAsync(http, first, atOnce, new Timings(""), cancellationToken);
        var (before, cpu) = (Memory(process), Processor(process));
        var ids = await CreateAsync(http, sessions, atOnce, create, cancellationToken);
        var creating = Processor(process) - cpu;
        await TalkAsync(http, ids, atOnce, talk, cancellationToken);
        await Parallel.ForEachAsync(
            ids, Options(atOnce, cancellationToken), async (id, token) => await TimedAsync(read, () => http.GetStringAsync($"session/{id}/", token)));
        var idle = Memory(process);
        await EndAsync(http, ids, atOnce, end, cancellationToken);
        output.WriteLine($"{sessions} sessions at once, {atOnce} requests in flight, {Environment.ProcessorCount} cores; milliseconds");
        output.WriteLine($"{"call",-10}{"count",8}{"p50",10}{"p90",10}{"p99",10}{"max",10}");
        foreach (var timings in new[] { create, talk, read, end })
        {
            output.WriteLine(timings);
        }

        if (creating is { } spent)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"server: {spent.TotalMilliseconds / sessions:0.00} ms of processor time to create a session"));
        }

        if (before is { } start && idle is { } later)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"memory: {start / 1024.0:0.0} MB before, {later / 1024.0:0.0} MB with all of them "
                    + $"idle: {(later - start) / (double)sessions:0.0} KB a session"));
        }

        return 0;
    }

    private static ParallelOptions Options(int atOnce, CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken };

    private static async Task<IReadOnlyList<string>> CreateAsync(
        HttpClient http, int sessions, int atOnce, Timings create, CancellationToken cancellationToken)
    {
        var ids = new string[sessions];
        await Parallel.ForAsync(0, sessions, Options(atOnce, cancellationToken), async (i, token) =>
        {
            var body = await TimedAsync(create, () => PostAsync(http, "session/", """{"capability":["LLM","TTS","STT"]}""", token));
            using var created = JsonDocument.Parse(body);
            ids[i] = created.RootElement.GetProperty("session_id").GetString()!;
        });
        return ids;
    }

    private static Task TalkAsync(HttpClient http, IReadOnlyList<string> ids, int atOnce, Timings talk, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            ids, Options(atOnce, cancellationToken),
            async (id, token) => await TimedAsync(
                talk, () => PostAsync(http, $"session/{id}/llm/", """{"message":"Who are you?","clear_history":true}""", token)));

    private static Task EndAsync(HttpClient http, IReadOnlyList<string> ids, int atOnce, Timings end, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            ids, Options(atOnce, cancellationToken),
            async (id, token) => await TimedAsync(end, () => PostAsync(http, $"session/{id}/event/create/", """{"event":"SESSION_END"}""", token)));

    private static async Task<string> PostAsync(HttpClient http, string path, string json, CancellationToken cancellationToken)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(path, content, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode ? body : throw new HttpRequestException($"{path}: {(int)response.StatusCode} {body}");
    }

    private static async Task<T> TimedAsync<T>(Timings timings, Func<Task<T>> call)
    {
        var start = TimeProvider.System.GetTimestamp();
        var result = await call();
        timings.Add(TimeProvider.System.GetElapsedTime(start));
        return result;
    }

    /// <summary>
    /// The processor time the server has used, or null when its process was not named. Unlike the times above it does not depend on what
    /// else runs.
    /// </summary>
    private static TimeSpan? Processor(int? process)
    {
        if (process is not { } id)
        {
            return null;
        }

        using var server = Process.GetProcessById(id);
        return server.TotalProcessorTime;
    }

    /// <summary>The server's resident memory in KB, or null when its process was not named.</summary>
    private static long? Memory(int? process) => process is { } id
        ? File.ReadLines($"/proc/{id}/status").Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Select(line => long.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture)).First()
        : null;
}
