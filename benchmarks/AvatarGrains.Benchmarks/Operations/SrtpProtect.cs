using System.Buffers.Binary;
using AvatarGrains.Native.Srtp;
using AvatarGrains.WebRtc.Dtls;
using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.Benchmarks.Operations;

/// <summary>Encrypts one video packet of 1,100 bytes with AES-128-GCM.</summary>
internal sealed class SrtpProtect : IOperation
{
    private const int Length = 1100;
    private readonly ISrtpSession _session;
    private readonly byte[] _packet = new byte[1300];
    private ushort _sequence;

    public SrtpProtect()
    {
        var (key, salt) = ISrtpFactory.Sizes(SrtpProfile.AeadAes128Gcm);
        var material = new byte[2 * (key + salt)];
        new Random(1).NextBytes(material);
        _session = new SrtpFactory().Create(SrtpProfile.AeadAes128Gcm, material, isServer: true);
        _packet[0] = 0x80;
        _packet[1] = 96;
    }

    public void Run()
    {
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), _sequence++);
        _session.ProtectRtp(_packet, Length);
    }

    public void Dispose() => _session.Dispose();
}
