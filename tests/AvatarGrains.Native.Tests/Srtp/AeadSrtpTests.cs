using System.Buffers.Binary;
using AvatarGrains.Native.Srtp;
using AvatarGrains.WebRtc.Dtls;
using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.Native.Tests.Srtp;

/// <summary>The implementation that the server uses, compared with libsrtp2.</summary>
public sealed class AeadSrtpTests : SrtpSuite
{
    public static readonly TheoryData<SrtpProfile> Aead = new(SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm);

    public AeadSrtpTests()
    {
        NativeFact.Require("srtp2");
        NativeFact.Require("crypto");
    }

    protected override ISrtpFactory Factory { get; } = new SrtpFactory();

    [Theory]
    [MemberData(nameof(Aead))]
    public void Every_packet_is_the_same_bytes_as_libsrtp_makes(SrtpProfile profile)
    {
        using var ours = Create(Factory, profile, true);
        using var theirs = Create(new LibSrtpFactory(), profile, true);
        var random = new Random(5);
        var sequence = 65_000;
        for (var i = 0; i < 4000; i++)
        {
            // Forward through several wraps of the sequence number, with jumps ahead and steps back.
            sequence += random.Next(-20, 80);
            var packet = Packet(random, (ushort)sequence, out var length);
            var other = packet.ToArray();
            var mine = i % 7 == 0 ? ours.ProtectRtcp(packet, length) : ours.ProtectRtp(packet, length);
            Assert.Equal(i % 7 == 0 ? theirs.ProtectRtcp(other, length) : theirs.ProtectRtp(other, length), mine);
            Assert.Equal(other, packet);
        }
    }

    [Theory]
    [MemberData(nameof(Aead))]
    public void Every_packet_is_taken_or_refused_as_libsrtp_does(SrtpProfile profile)
    {
        using var sender = Create(new LibSrtpFactory(), profile, false);
        using var ours = Create(Factory, profile, true);
        using var theirs = Create(new LibSrtpFactory(), profile, true);
        var random = new Random(9);
        var sequence = 60_000;
        var refused = 0;
        var kept = new List<(byte[] Packet, int Length, bool Rtcp)>();
        for (var i = 0; i < 6000; i++)
        {
            sequence += random.Next(0, 40);
            var packet = Packet(random, (ushort)sequence, out var length);
            var rtcp = i % 9 == 0;
            length = rtcp ? sender.ProtectRtcp(packet, length) : sender.ProtectRtp(packet, length);
            kept.Add((packet, length, rtcp));
            var (given, size, isRtcp) = kept[Math.Max(0, kept.Count - 1 - (random.Next(3) == 0 ? random.Next(60) : 0))];
            var (one, two) = (given.ToArray(), given.ToArray());
            if (random.Next(20) == 0)
            {
                one[random.Next(size)] ^= 4;
                one.CopyTo(two, 0);
            }

            var mine = isRtcp ? ours.UnprotectRtcp(one, size) : ours.UnprotectRtp(one, size);
            Assert.Equal(isRtcp ? theirs.UnprotectRtcp(two, size) : theirs.UnprotectRtp(two, size), mine);
            Assert.Equal(two[..mine], one[..mine]);
            refused += mine == 0 ? 1 : 0;
        }

        Assert.InRange(refused, 200, 4000);
    }

    [Fact]
    public void Forged_packets_leave_no_stream_behind()
    {
        using var session = Create(Factory, SrtpProfile.AeadAes128Gcm, true);
        var random = new Random(2);
        for (var i = 0; i < 200; i++)
        {
            var packet = Packet(random, (ushort)i, out var length);
            BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(8), i);
            Assert.Equal(0, session.UnprotectRtp(packet, length + 16));
        }

        using var sender = Create(Factory, SrtpProfile.AeadAes128Gcm, false);
        var real = Packet(random, 1, out var plain);
        Assert.Equal(plain, session.UnprotectRtp(real, sender.ProtectRtp(real, plain)));
    }

    [Fact]
    public void Key_derivation_gives_the_keys_of_the_standard()
    {
        // RFC 3711 appendix B.3.
        var key = Convert.FromHexString("E1F97A0D3E018BE0D64FA32C06DE4139");
        var salt = Convert.FromHexString("0EC675AD498AFEEBB6960B3AABE6");
        var derived = new byte[16];
        SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtpKey, derived);
        Assert.Equal("C61E7A93744F39EE10734AFE3FF7A087", Convert.ToHexString(derived));
        SrtpKeyDerivation.Derive(key, salt, SrtpKeyDerivation.RtpSalt, derived.AsSpan(0, 14));
        Assert.Equal("30CBBC08863D8C85D49DB34A9AE1", Convert.ToHexString(derived, 0, 14));
    }

    private static ISrtpSession Create(ISrtpFactory factory, SrtpProfile profile, bool isServer)
    {
        var (key, salt) = ISrtpFactory.Sizes(profile);
        var material = new byte[2 * (key + salt)];
        new Random(17).NextBytes(material);
        return factory.Create(profile, material, isServer);
    }

    /// <summary>A packet of one of two sources, with contributing sources and an extension now and then. It passes as RTCP too.</summary>
    private static byte[] Packet(Random random, ushort sequence, out int length)
    {
        var sources = random.Next(4) == 0 ? random.Next(1, 4) : 0;
        var extension = random.Next(4) == 0 ? 4 + (4 * random.Next(3)) : 0;
        var header = 12 + (4 * sources) + extension;
        length = header + (4 * random.Next(300));
        var packet = new byte[length + 20];
        random.NextBytes(packet.AsSpan(0, length));
        packet[0] = (byte)(0x80 | (extension > 0 ? 0x10 : 0) | sources);
        packet[1] = 96;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(4), 77);
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(8), 5);
        if (extension > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(12 + (4 * sources) + 2), (ushort)((extension - 4) / 4));
        }

        return packet;
    }
}
