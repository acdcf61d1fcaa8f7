using System.Buffers.Binary;
using AvatarGrains.Testing;
using AvatarGrains.WebRtc.Dtls;
using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.Native.Tests.Srtp;

/// <summary>What every SRTP implementation must do.</summary>
public abstract class SrtpSuite
{
    public static readonly TheoryData<SrtpProfile> Profiles = new(Enum.GetValues<SrtpProfile>());

    protected abstract ISrtpFactory Factory { get; }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Rtp_round_trip_gives_the_packet_back(SrtpProfile profile)
    {
        using var pair = new Pair(Factory, profile);
        for (ushort sequence = 0; sequence < 50; sequence++)
        {
            var (packet, length) = Rtp(sequence, 20 * sequence);
            var plain = packet[..length];

            var sealedLength = pair.Client.ProtectRtp(packet, length);
            Assert.Equal(length + (profile == SrtpProfile.Aes128CmHmacSha1Tag80 ? 10 : 16), sealedLength);
            Assert.False(length > 12 && packet.AsSpan(12, length - 12).SequenceEqual(plain.AsSpan(12)));

            Assert.Equal(length, pair.Server.UnprotectRtp(packet, sealedLength));
            Assert.Equal(plain, packet[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Rtcp_round_trip_gives_the_packet_back(SrtpProfile profile)
    {
        using var pair = new Pair(Factory, profile);
        var packet = new byte[8 + 20 + 20];
        new byte[] { 0x80, 200, 0, 6, 0, 0, 0, 1 }.CopyTo(packet, 0);
        packet.AsSpan(8, 20).Fill(0x5A);
        var plain = packet[..28];

        var length = pair.Server.ProtectRtcp(packet, 28);

        Assert.Equal(28 + 4 + (profile == SrtpProfile.Aes128CmHmacSha1Tag80 ? 10 : 16), length);
        Assert.Equal(28, pair.Client.UnprotectRtcp(packet, length));
        Assert.Equal(plain, packet[..28]);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Replayed_packet_is_refused(SrtpProfile profile)
    {
        using var pair = new Pair(Factory, profile);
        var (packet, length) = Rtp(7, 100);
        length = pair.Client.ProtectRtp(packet, length);
        var copy = packet.ToArray();

        Assert.Equal(112, pair.Server.UnprotectRtp(packet, length));
        Assert.Equal(0, pair.Server.UnprotectRtp(copy, length));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Packet_sent_again_is_the_same_bytes(SrtpProfile profile)
    {
        using var pair = new Pair(Factory, profile);
        var (first, length) = Rtp(7, 100);
        var again = first.ToArray();
        var sealedLength = pair.Client.ProtectRtp(first, length);
        var (other, otherLength) = Rtp(8, 100);
        pair.Client.ProtectRtp(other, otherLength);

        Assert.Equal(sealedLength, pair.Client.ProtectRtp(again, length));
        Assert.Equal(first, again);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Any_changed_byte_is_refused(SrtpProfile profile)
    {
        using var pair = new Pair(Factory, profile);
        var (packet, length) = Rtp(7, 60);
        length = pair.Client.ProtectRtp(packet, length);
        for (var at = 0; at < length; at++)
        {
            var changed = packet.ToArray();
            changed[at] ^= 1;
            Assert.Equal(0, pair.Server.UnprotectRtp(changed, length));
        }

        Assert.Equal(72, pair.Server.UnprotectRtp(packet, length));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Garbage_and_truncation_are_refused(SrtpProfile profile)
    {
        var random = new Random(3);
        using var pair = new Pair(Factory, profile);
        for (var i = 0; i < 5000; i++)
        {
            var junk = new byte[random.Next(1600)];
            random.NextBytes(junk);
            if (junk.Length > 0)
            {
                junk[0] = (byte)(0x80 | (junk[0] & 0x3F));
            }

            Assert.Equal(0, pair.Server.UnprotectRtp(junk, junk.Length));
            Assert.Equal(0, pair.Server.UnprotectRtcp(junk, junk.Length));
        }

        var (packet, length) = Rtp(7, 60);
        length = pair.Client.ProtectRtp(packet, length);
        for (var cut = 0; cut < length; cut++)
        {
            Assert.Equal(0, pair.Server.UnprotectRtp(packet[..cut], cut));
        }
    }

    [Fact]
    public void Packet_without_room_for_the_tag_is_refused()
    {
        using var pair = new Pair(Factory, SrtpProfile.AeadAes128Gcm);
        Assert.Equal(0, pair.Client.ProtectRtp(new byte[100], 90));
        Assert.Equal(0, pair.Client.ProtectRtp(new byte[100], 4));
        Assert.Equal(0, pair.Client.UnprotectRtp(new byte[10], 100));
    }

    [Fact]
    public void Short_key_material_is_refused() =>
        Assert.Throws<ArgumentException>(() => Factory.Create(SrtpProfile.AeadAes256Gcm, new byte[56], true));

    [Fact]
    public void Protecting_does_not_allocate()
    {
        using var pair = new Pair(Factory, SrtpProfile.AeadAes128Gcm);
        var (packet, length) = Rtp(1, 500);
        ushort sequence = 1;
        Assert.Equal(0, Allocations.Least(() =>
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence++);
            pair.Client.ProtectRtp(packet, length);
        }, 200));
    }

    private static (byte[] Packet, int Length) Rtp(ushort sequence, int payload)
    {
        var packet = new byte[12 + payload + 20];
        packet[0] = 0x80;
        packet[1] = 96;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), 0x1234_5678);
        packet.AsSpan(12, payload).Fill(0xA5);
        return (packet, 12 + payload);
    }

    private sealed class Pair : IDisposable
    {
        public Pair(ISrtpFactory factory, SrtpProfile profile)
        {
            var (key, salt) = ISrtpFactory.Sizes(profile);
            var material = new byte[2 * (key + salt)];
            new Random(11).NextBytes(material);
            Client = factory.Create(profile, material, isServer: false);
            Server = factory.Create(profile, material, isServer: true);
        }

        public ISrtpSession Client { get; }

        public ISrtpSession Server { get; }

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
