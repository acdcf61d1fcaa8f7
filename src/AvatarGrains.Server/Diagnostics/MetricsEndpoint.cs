using System.Globalization;
using System.Text;
using AvatarGrains.Edge;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Media.Poses;
using AvatarGrains.Server.Configuration;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.Server.Diagnostics;

/// <summary><c>GET /metrics</c>: the counters of the process in Prometheus' text format. Names end in _total where they only grow.</summary>
internal static class MetricsEndpoint
{
    private static readonly string[] AllRoles = ["edge", "session", "worker", "gpu"];

    public static void MapMetrics(this WebApplication app, ClusterSettings cluster) => app
        .MapGet("/metrics", () => Results.Text(Write(app.Services, cluster), "text/plain; version=0.0.4; charset=utf-8"))
        .WithTags("Server").WithSummary("Counters for Prometheus");

    private static string Write(IServiceProvider services, ClusterSettings cluster)
    {
        var edge = services.GetRequiredService<IEdgeDrain>();
        var played = services.GetRequiredService<EdgeMetrics>();
        var text = new StringBuilder();
        Process(text);
        Roles(text, cluster);
        Gauge(
            text,
            "avatar_sessions",
            "Sessions that run here, or whose clients are here.",
            services.GetRequiredService<ISessionHost>().ActiveSessions);
        Turns(text, services.GetRequiredService<SessionServices>().Metrics);
        Gauge(text, "avatar_edge_connections", "Clients connected or connecting.", edge.Count);
        Counter(
            text,
            "avatar_edge_underruns_total",
            "20 ms of silence inside a sentence because speech came late; counted when a client has gone.",
            played.Underruns);
        Counter(
            text,
            "avatar_edge_skipped_ticks_total",
            "20 ms left out because the machine came late; counted when a client has gone.",
            played.SkippedTicks);
        if (services.GetService<EdgeMedia>() is { } media)
        {
            Media(text, media.Loop);
        }

        Poses(text, services.GetRequiredService<PoseLibrary>().Statistics);
        return text.ToString();
    }

    /// <summary>One line for each role of the process; a server on its own has all.</summary>
    private static void Roles(StringBuilder text, ClusterSettings cluster)
    {
        const string name = "avatar_role";
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} 1 for each role of this process in its cluster.\n# TYPE {name} gauge\n");
        foreach (var role in AllRoles.Where(cluster.Has))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{{role=\"{role}\"}} 1\n");
        }
    }

    /// <summary>A histogram of the time from a question to the first piece of speech, where the session runs.</summary>
    private static void Turns(StringBuilder text, SessionMetrics turns)
    {
        const string name = "avatar_turn_first_speech_seconds";
        text.Append(
            CultureInfo.InvariantCulture,
            $"# HELP {name} From a question to the first piece of speech that answers it.\n# TYPE {name} histogram\n");
        var answers = turns.Answers();
        long sum = 0;
        for (var i = 0; i < answers.Length; i++)
        {
            sum += answers[i];
            var bound = i < SessionMetrics.BoundsMs.Count ? (SessionMetrics.BoundsMs[i] / 1000.0).ToString(CultureInfo.InvariantCulture) : "+Inf";
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"{bound}\"}} {sum}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{name}_sum {turns.Waited.TotalSeconds}\n{name}_count {sum}\n");
        Counter(text, "avatar_turns_failed_total", "Turns that ended with an apology.", turns.Failed);
    }

    private static void Media(StringBuilder text, MediaLoop loop)
    {
        Gauge(text, "avatar_media_peers", "Peers on the media loop.", loop.PeerCount);
        Counter(text, "avatar_media_datagrams_sent_total", "Datagrams handed to the kernel.", loop.DatagramsSent);
        Counter(text, "avatar_media_datagrams_received_total", "Datagrams taken from the kernel.", loop.DatagramsReceived);
        Counter(text, "avatar_media_send_calls_total", "System calls that sent them.", loop.SendCalls);
        Counter(text, "avatar_media_send_errors_total", "Datagrams the kernel refused.", loop.SendErrors);
        Counter(text, "avatar_media_unrouted_datagrams_total", "Datagrams that belonged to no peer.", loop.UnroutedDatagrams);
        Counter(text, "avatar_media_faults_total", "Peers closed because of a bug.", loop.Faults);
    }

    private static void Process(StringBuilder text)
    {
        Counter(text, "avatar_process_allocated_bytes_total", "Bytes allocated on the managed heap.", GC.GetTotalAllocatedBytes());
        Counter(text, "avatar_process_gc_collections_total", "Garbage collections of any generation.", GC.CollectionCount(0));
        Counter(
            text,
            "avatar_process_gc_full_collections_total",
            "Garbage collections of the oldest generation.",
            GC.CollectionCount(GC.MaxGeneration));
        Counter(
            text,
            "avatar_process_gc_pause_microseconds_total",
            "Time in which collections stopped the program.",
            (long)GC.GetTotalPauseDuration().TotalMicroseconds);
        Gauge(text, "avatar_process_heap_bytes", "Managed heap.", GC.GetTotalMemory(forceFullCollection: false));
        Gauge(text, "avatar_process_resident_bytes", "Resident memory.", Environment.WorkingSet);
        Gauge(text, "avatar_process_threads", "Threads of the pool.", ThreadPool.ThreadCount);
        Gauge(text, "avatar_process_queued_work_items", "Work waiting for a thread of the pool.", ThreadPool.PendingWorkItemCount);
    }

    private static void Poses(StringBuilder text, PoseLibraryStatistics poses)
    {
        Counter(text, "avatar_pose_hits_total", "Poses that were there when due.", poses.Hits);
        Counter(text, "avatar_pose_substitutions_total", "Poses in whose place the nearest one was shown.", poses.Substitutions);
        Counter(text, "avatar_pose_encodes_total", "Poses encoded.", poses.Encodes);
        Counter(text, "avatar_pose_evictions_total", "Poses removed to stay within the budget.", poses.Evictions);
        Gauge(text, "avatar_pose_cached", "Poses held.", poses.Poses);
        Gauge(text, "avatar_pose_cached_bytes", "Bytes of poses held.", poses.Bytes);
        Gauge(text, "avatar_pose_leases", "Views in use.", poses.Leases);
    }

    private static void Counter(StringBuilder text, string name, string help, long value) => Write(text, name, "counter", help, value);

    private static void Gauge(StringBuilder text, string name, string help, long value) => Write(text, name, "gauge", help, value);

    private static void Write(StringBuilder text, string name, string kind, string help, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
}
