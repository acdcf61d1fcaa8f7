using System.Buffers.Binary;
using AvatarGrains.Testing;
using AvatarGrains.WebRtc.Sctp;
using FsCheck;
using FsCheck.Fluent;

namespace AvatarGrains.WebRtc.Tests.Sctp;

[Collection(AloneCollection.Name)]
public sealed class SctpFuzzTests
{
    private const long Second = 1_000_000;
    private const int HeaderLength = 12;

    [Fact]
    public void Checksum_is_crc32c_by_its_polynomial()
    {
        var packet = new byte[HeaderLength + 9];
        "123456789"u8.CopyTo(packet.AsSpan(HeaderLength));
        SctpChecksum.Write(packet);
        var crc = uint.MaxValue;
        foreach (var value in new byte[HeaderLength].Concat("123456789"u8.ToArray()))
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0x82F6_3B78u);
            }
        }

        Assert.Equal(~crc, BinaryPrimitives.ReadUInt32LittleEndian(packet.AsSpan(8)));
        Assert.True(SctpChecksum.Verify(packet));
        packet[15] ^= 1;
        Assert.False(SctpChecksum.Verify(packet));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        Prop.ForAll<byte[]>(bytes =>
        {
            var end = new SctpEnd(false, 1);
            end.Association.Receive(bytes, Second);
            var packet = new byte[HeaderLength + bytes.Length];
            bytes.CopyTo(packet, HeaderLength);
            end.Association.Receive(Repair(packet, 0), Second);
            return end.Outgoing.Count <= 2;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_packets_never_throw_and_never_outgrow_the_limits(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var client = new SctpEnd(true, random.Next());
            var server = new SctpEnd(false, random.Next(), o => o with { MaxMessageSize = 20_000, ReceiveBuffer = 40_000 });
            var network = new SctpNetwork(client, server, random.Next())
            {
                Pass = packet =>
                {
                    for (var copy = random.Next(3); copy > 0; copy--)
                    {
                        server.Association.Receive(Mutate(packet, random), 0);
                    }

                    return true;
                },
            };
            client.Association.Start(network.Now);
            server.Association.Start(network.Now);
            client.Association.OpenChannel("c", "", new ChannelReliability(round % 2 == 0, round % 3 == 0 ? 0u : null), network.Now, out var channel);
            for (var i = 0; i < 20; i++)
            {
                client.Association.Send(channel, i % 2 == 0, new byte[random.Next(4000)], network.Now);
                network.Run(50_000);
            }

            client.Association.CloseChannel(channel, network.Now);
            network.Run(5 * Second);
            Assert.InRange(server.Messages.Sum(m => (long)m.Data.Length), 0, 20 * 3 * 20_000);
        }
    }

    [Fact]
    public void Mutated_packets_with_a_wrong_checksum_change_nothing()
    {
        var random = new Random(5);
        var network = SctpNetwork.Connected(out var client, out var server);
        network.Pass = packet =>
        {
            var copy = (byte[])packet.Clone();
            copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
            server.Association.Receive(copy, network.Now);
            client.Association.Receive(copy, network.Now);
            return true;
        };
        client.Association.OpenChannel("c", "", ChannelReliability.Default, network.Now, out var channel);
        for (var i = 0; i < 50; i++)
        {
            client.Association.Send(channel, false, new byte[100 * i], network.Now);
        }

        Assert.True(network.Run(30 * Second, () => server.Messages.Count == 50));
        Assert.Null(client.CloseReason);
        Assert.Null(server.CloseReason);
    }

    [Fact]
    public void Fragments_without_end_and_far_tsns_do_not_grow_memory()
    {
        var network = SctpNetwork.Connected(
            out var client, out var server, configure: o => o with { MaxMessageSize = 50_000, ReceiveBuffer = 100_000 });
        client.Association.OpenChannel("c", "", ChannelReliability.Default, network.Now, out var channel);
        byte[]? sample = null;
        network.Pass = packet =>
        {
            sample = packet[HeaderLength] == 0 ? packet : sample;
            return true;
        };
        client.Association.Send(channel, false, new byte[1000], network.Now);
        network.Run(Second);
        Assert.NotNull(sample);
        var tag = BinaryPrimitives.ReadUInt32BigEndian(sample.AsSpan(4));
        var tsn = BinaryPrimitives.ReadUInt32BigEndian(sample.AsSpan(HeaderLength + 4));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (uint i = 0; i < 100_000 && server.CloseReason is null; i++)
        {
            var chunk = (byte[])sample.Clone();
            chunk[HeaderLength + 1] = 0;
            BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(HeaderLength + 4), tsn + 3 + (i * 2));
            server.Association.Receive(Repair(chunk, tag), network.Now);
            server.Outgoing.Clear();
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1_000_000);
    }

    /// <summary>Changes bytes, lengths or the order of things behind the header, and makes the checksum right again.</summary>
    private static byte[] Mutate(byte[] packet, Random random)
    {
        var copy = (byte[])packet.Clone();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(HeaderLength, copy.Length);
            switch (random.Next(5))
            {
                case 0:
                    copy[at] = (byte)random.Next(256);
                    break;
                case 1:
                    copy[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    copy = copy[..Math.Max(HeaderLength + 4, at)];
                    break;
                case 3:
                    copy[HeaderLength] = (byte)(random.Next(2) == 0 ? random.Next(16) : new[] { 130, 192, 64, 129 }[random.Next(4)]);
                    break;
                default:
                    copy = [.. copy, .. copy.AsSpan(HeaderLength, Math.Min(copy.Length - HeaderLength, 200))];
                    break;
            }
        }

        return Repair(copy, BinaryPrimitives.ReadUInt32BigEndian(copy.AsSpan(4)));
    }

    private static byte[] Repair(byte[] packet, uint tag)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet, 5000);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), 5000);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), tag);
        SctpChecksum.Write(packet);
        return packet;
    }
}
