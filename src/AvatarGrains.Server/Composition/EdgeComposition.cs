using System.Net;
using AvatarGrains.Edge;
using AvatarGrains.Native.OpenSsl;
using AvatarGrains.Native.Sockets;
using AvatarGrains.Native.Srtp;
using AvatarGrains.Native.Threads;
using AvatarGrains.Server.Configuration;
using AvatarGrains.WebRtc;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.Server.Composition;

/// <summary>The socket that media leaves by, and how peers are made.</summary>
internal sealed class EdgeComposition : IDisposable
{
    /// <summary>EADDRINUSE.</summary>
    private const int AddressInUse = 98;

    private readonly OpenSslDtlsFactory _dtls;

    /// <exception cref="StartupException">The media port cannot be had.</exception>
    public EdgeComposition(ServerOptions options, TimeProvider time, ILoggerFactory log)
    {
        _dtls = new OpenSslDtlsFactory(time);
        var socket = Bind(options.MediaPort);
        var loop = new MediaLoop(socket, LoopOptions(log.CreateLogger("AvatarGrains.MediaLoop")), time);
        var publicAddress = options.PublicAddress is null ? null : IPAddress.Parse(options.PublicAddress);
        Media = new EdgeMedia(loop, new PeerConfig
        {
            Dtls = _dtls,
            Srtp = new SrtpFactory(),
            Candidates = HostAddresses.Candidates(socket.LocalAddress.Port, publicAddress, socket.HearsIPv6),
            UnixMicrosecondsAtZero = loop.UnixMicrosecondsAtZero,
        });
    }

    public EdgeMedia Media { get; }

    public void Dispose()
    {
        Media.Loop.Dispose();
        _dtls.Dispose();
    }

    private static MediaLoopOptions LoopOptions(ILogger log) => new()
    {
        RunHandshake = MediaLoopOptions.OnThreadPool,
        OnFault = error => log.LogError(error, "A peer failed and was closed"),
        OnStarted = () =>
        {
            if (!ThreadPriorities.TryRaise())
            {
                log.LogInformation("The media thread runs at ordinary priority; with CAP_SYS_NICE it would come before others");
            }
        },
    };

    private static UdpSocket Bind(int port)
    {
        try
        {
            return UdpSocket.Bind(NetAddress.From(IPAddress.IPv6Any, (ushort)port));
        }
        catch (IOException refused)
        {
            throw new StartupException(
                refused.HResult == AddressInUse
                    ? $"UDP port {port} is in use; choose another with --media-port."
                    : $"UDP port {port} cannot be used: {refused.Message}.",
                refused);
        }
    }
}
