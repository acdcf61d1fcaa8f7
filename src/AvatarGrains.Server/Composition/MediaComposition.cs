using System.Net;
using AvatarGrains.Core.Storage;
using AvatarGrains.Media.Backgrounds;
using AvatarGrains.Media.Poses;
using AvatarGrains.Media.Rigs;
using AvatarGrains.Native.OpenSsl;
using AvatarGrains.Native.Sockets;
using AvatarGrains.Native.Srtp;
using AvatarGrains.Native.Threads;
using AvatarGrains.Server.Configuration;
using AvatarGrains.WebRtc;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.Server.Composition;

/// <summary>Avatars and their poses, and the socket that media leaves by.</summary>
internal sealed class MediaComposition : IDisposable
{
    /// <summary>EADDRINUSE.</summary>
    private const int AddressInUse = 98;

    private readonly OpenSslDtlsFactory _dtls;

    /// <exception cref="StartupException">No avatars, or the media port cannot be had.</exception>
    public MediaComposition(ServerOptions options, ILibraryStore library, TimeProvider time, ILoggerFactory log)
    {
        var models = options.Models ?? InstallLayout.Models ?? throw new StartupException("The folder models/avatars that comes with the server is not there; name it with --models.");
        Backgrounds = new FolderBackgrounds(Path.Combine(models, "backgrounds"));
        Poses = OpenPoses(models, new LayeredBackgrounds(Backgrounds, new LibraryBackgrounds(library)), options, time, log);
        _dtls = new OpenSslDtlsFactory(time);
        var socket = Bind(options.MediaPort);
        Loop = new MediaLoop(socket, LoopOptions(log.CreateLogger("AvatarGrains.MediaLoop")), time);
        var publicAddress = options.PublicAddress is null ? null : IPAddress.Parse(options.PublicAddress);
        Peers = new PeerConfig
        {
            Dtls = _dtls,
            Srtp = new SrtpFactory(),
            Candidates = HostAddresses.Candidates(socket.LocalAddress.Port, publicAddress, socket.HearsIPv6),
            UnixMicrosecondsAtZero = Loop.UnixMicrosecondsAtZero,
        };
    }

    public FolderBackgrounds Backgrounds { get; }

    public PoseLibrary Poses { get; }

    public MediaLoop Loop { get; }

    public PeerConfig Peers { get; }

    public void Dispose()
    {
        Loop.Dispose();
        _dtls.Dispose();
        Poses.Dispose();
    }

    private static PoseLibrary OpenPoses(string models, IBackgroundImages backgrounds, ServerOptions options, TimeProvider time, ILoggerFactory log)
    {
        try
        {
            var rigs = RigLibrary.Load(Path.Combine(models, "avatars"));
            return new PoseLibrary(rigs, backgrounds, new PoseLibraryOptions { CacheBytes = options.PoseCacheBytes }, time, log.CreateLogger<PoseLibrary>());
        }
        catch (RigException broken)
        {
            throw new StartupException($"An avatar under {models} cannot be used: {broken.Message}", broken);
        }
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
                refused.HResult == AddressInUse ? $"UDP port {port} is in use; choose another with --media-port." : $"UDP port {port} cannot be used: {refused.Message}.",
                refused);
        }
    }
}
