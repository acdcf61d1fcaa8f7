using System.Net;
using System.Net.Sockets;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;

namespace AvatarGrains.Server.Configuration;

/// <summary>Makes of the settings what the silo is told.</summary>
internal static class SiloOptions
{
    public static ClusterOptions Silo(this ServerOptions options)
    {
        var settings = options.Cluster;
        return new ClusterOptions
        {
            Roles = GpuProbe.AddTo(settings.Roles is { } roles && SiloNames.TryParse(roles, out var parsed) ? parsed : SiloRoles.All),
            Name = settings.Name ?? "",
            ClusterId = settings.ClusterId,
            ServiceId = settings.ServiceId,
            Provider = Enum.Parse<ClusterProvider>(settings.Provider),
            ConnectionString = settings.ConnectionString ?? "",
            Schema = options.Storage.Schema,
            Primary = settings.Primary ?? "",
            Address = settings.Address ?? "",
            SiloPort = settings.SiloPort ?? (settings.IsAlone ? FreePort() : ClusterSettings.DefaultSiloPort),
            GatewayPort = settings.GatewayPort,
            Url = settings.Url ?? "",
            RestoresSessions = settings.IsOnOneMachine,
            Streams = Enum.Parse<FeedTransport>(settings.Streams),
            Times = new ClusterTimes { Drain = options.DrainTime },
            Workers = new WorkerLimits
            {
                GpuEngines = settings.GpuEngines,
                Asr = LimitOf(settings.Workers.Asr),
                Llm = LimitOf(settings.Workers.Llm),
                Tts = LimitOf(settings.Workers.Tts),
                Face = LimitOf(settings.Workers.Face),
            },
        };
    }

    private static WorkerLimit LimitOf(WorkSettings work) => new(work.AtOnce, work.Waiting);

    /// <summary>A port of loopback that nobody has: a silo needs one even where no other will ever call it.</summary>
    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
