using System.Net;
using AvatarGrains.Native.OpenSsl;
using AvatarGrains.Native.Srtp;
using AvatarGrains.WebRtc;
using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.Benchmarks.Operations;

/// <summary>
/// Forty milliseconds of a connected, speaking peer: one pose of 1,900 bytes cut into packets, and two packets of Opus; encrypted, kept for
/// resending, sent.
/// </summary>
internal sealed class MediaPacket : IOperation
{
    private const long Frame = 40_000;
    private static readonly NetAddress Address = NetAddress.From(IPAddress.Loopback, 40_000);

    private readonly OpenSslDtlsFactory _dtls = new(TimeProvider.System);
    private readonly MemoryWriter _out = new();
    private readonly Peer _server;
    private readonly byte[] _pose = new byte[1900];
    private readonly byte[] _opus = new byte[80];
    private long _now = 1_000_000;
    private uint _frames;

    public MediaPacket()
    {
        var config = new PeerConfig { Dtls = _dtls, Srtp = new SrtpFactory(), Candidates = [Address] };
        var back = new MemoryWriter();
        _server = new Peer(config, SilentPeerObserver.Instance, _out);
        var client = new Peer(config, SilentPeerObserver.Instance, back);
        client.AcceptAnswer(_server.AcceptOffer(client.CreateOffer(new OfferOptions(), _now), _now), _now);
        for (var i = 0; i < 1000 && !_server.IsConnected; i++)
        {
            _now += 1000;
            client.Advance(_now);
            Deliver(back, _server);
            _server.Advance(_now);
            Deliver(_out, client);
        }

        if (!_server.IsConnected)
        {
            throw new InvalidOperationException("The two peers did not connect.");
        }

        _out.Discards = true;
        new Random(1).NextBytes(_pose);
    }

    public void Run()
    {
        _now += Frame;
        _server.SendVideo(_pose, isKeyFrame: false, goldenOnly: true, _frames * 3600, _now);
        _server.SendAudio(_opus, _frames * 1920, _now);
        _server.SendAudio(_opus, (_frames * 1920) + 960, _now);
        _frames++;
    }

    public void Dispose()
    {
        _server.Close(_now);
        _dtls.Dispose();
    }

    private void Deliver(MemoryWriter from, Peer to)
    {
        while (from.TryTake(out var datagram))
        {
            to.Receive(datagram, Address, _now);
        }
    }
}
