using System.Net;
using AvatarGrains.Native.OpenSsl;
using AvatarGrains.Native.Srtp;
using AvatarGrains.WebRtc;
using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.Benchmarks.Operations;

/// <summary>A new peer answers an offer: what a joining client costs before its handshake.</summary>
internal sealed class SdpAnswer : IOperation
{
    private readonly OpenSslDtlsFactory _dtls = new(TimeProvider.System);
    private readonly MemoryWriter _writer = new() { Discards = true };
    private readonly PeerConfig _config;
    private readonly string _offer;

    public SdpAnswer()
    {
        _config = new PeerConfig { Dtls = _dtls, Srtp = new SrtpFactory(), Candidates = [NetAddress.From(IPAddress.Loopback, 40_000)] };
        _offer = new Peer(_config, SilentPeerObserver.Instance, _writer).CreateOffer(new OfferOptions { Microphone = true }, 0);
    }

    public void Run()
    {
        var peer = new Peer(_config, SilentPeerObserver.Instance, _writer);
        peer.AcceptOffer(_offer, 0);
        peer.Close(0);
    }

    public void Dispose() => _dtls.Dispose();
}
