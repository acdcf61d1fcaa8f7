using AvatarGrains.WebRtc.Dtls;
using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.WebRtc.Tests.Harness;

/// <summary>A certificate with a fixed fingerprint and no associations: for tests of descriptions and of what comes before DTLS.</summary>
internal sealed class FakeCrypto : IDtlsFactory, ISrtpFactory
{
    public ReadOnlyMemory<byte> Fingerprint { get; } = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();

    public IDtlsAssociation Create(bool server) => new SilentAssociation();

    public ISrtpSession Create(SrtpProfile profile, ReadOnlySpan<byte> keyMaterial, bool isServer) => throw new NotSupportedException();

    private sealed class SilentAssociation : IDtlsAssociation
    {
        public DtlsState State => DtlsState.Handshaking;

        public ReadOnlySpan<byte> PeerFingerprint => default;

        public SrtpProfile Profile => default;

        public void Start()
        {
        }

        public void Receive(ReadOnlySpan<byte> datagram)
        {
        }

        public int TakeOutgoing(Span<byte> datagram) => 0;

        public int TakeApplicationData(Span<byte> data) => 0;

        public bool Send(ReadOnlySpan<byte> data) => false;

        public void Retransmit()
        {
        }

        public void ExportSrtpKeys(Span<byte> material) => throw new NotSupportedException();

        public void Close()
        {
        }

        public void Dispose()
        {
        }
    }
}
