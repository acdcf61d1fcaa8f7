using AvatarGrains.Native.OpenSsl;
using AvatarGrains.Testing;
using AvatarGrains.WebRtc.Dtls;
using AvatarGrains.WebRtc.Srtp;

namespace AvatarGrains.Native.Tests.OpenSsl;

public sealed class OpenSslDtlsTests
{
    public OpenSslDtlsTests() => NativeFact.Require("ssl");

    [Fact]
    public void Handshake_connects_and_shows_each_the_others_fingerprint()
    {
        using var pair = new DtlsPair();

        pair.Connect(rounds: 0);

        Assert.True(pair.Connected);
        Assert.True(pair.Server.PeerFingerprint.SequenceEqual(pair.ClientFingerprint.Span));
        Assert.True(pair.Client.PeerFingerprint.SequenceEqual(pair.ServerFingerprint.Span));
        Assert.InRange(pair.LargestDatagram, 200, 1200);
        Assert.InRange(pair.Datagrams, 4, 8);
    }

    [Theory]
    [InlineData(null, null, SrtpProfile.AeadAes128Gcm)]
    [InlineData(SrtpProfile.Aes128CmHmacSha1Tag80, null, SrtpProfile.Aes128CmHmacSha1Tag80)]
    [InlineData(null, SrtpProfile.AeadAes256Gcm, SrtpProfile.AeadAes256Gcm)]
    public void Both_export_the_same_keys_for_the_agreed_profile(SrtpProfile? client, SrtpProfile? server, SrtpProfile expected)
    {
        using var pair = new DtlsPair(client is { } c ? [c] : null, server is { } s ? [s] : null);
        pair.Connect();
        var (key, salt) = ISrtpFactory.Sizes(expected);
        var ours = new byte[2 * (key + salt)];
        var theirs = new byte[ours.Length];

        pair.Client.ExportSrtpKeys(ours);
        pair.Server.ExportSrtpKeys(theirs);

        Assert.Equal(expected, pair.Client.Profile);
        Assert.Equal(expected, pair.Server.Profile);
        Assert.Equal(ours, theirs);
        Assert.NotEqual(new byte[ours.Length], ours);
    }

    [Fact]
    public void Profiles_without_overlap_leave_none_chosen()
    {
        using var pair = new DtlsPair([SrtpProfile.AeadAes256Gcm], [SrtpProfile.Aes128CmHmacSha1Tag80]);

        pair.Connect();

        Assert.Equal(default, pair.Server.Profile);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Handshake_survives_heavy_loss(int seed)
    {
        var random = new Random(seed);
        using var pair = new DtlsPair();
        pair.Deliver = _ => random.NextDouble() >= 0.3;

        pair.Connect();

        Assert.True(pair.Connected);
    }

    [Fact]
    public void Each_datagram_of_the_handshake_may_be_the_one_that_is_lost()
    {
        for (var lost = 1; lost <= 8; lost++)
        {
            using var pair = new DtlsPair();
            var count = 0;
            pair.Deliver = _ => ++count != lost;

            pair.Connect(rounds: 2);

            Assert.True(pair.Connected, $"datagram {lost}");
        }
    }

    [Fact]
    public async Task Retransmission_after_the_wall_clock_timeout_is_new_records()
    {
        using var pair = new DtlsPair();
        pair.Client.Start();
        var first = new byte[2048];
        var firstLength = pair.Client.TakeOutgoing(first);
        await Task.Delay(TimeSpan.FromMilliseconds(950), TimeProvider.System, TestContext.Current.CancellationToken);

        pair.Client.Retransmit();

        var second = new byte[2048];
        var secondLength = pair.Client.TakeOutgoing(second);
        Assert.Equal(firstLength, secondLength);
        Assert.NotEqual(first[10], second[10]);
        Assert.Equal(first[13..firstLength], second[13..secondLength]);
    }

    [Fact]
    public void Application_data_keeps_datagram_boundaries_both_ways()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var random = new Random(5);
        for (var length = 1; length < 1200; length += 37)
        {
            var message = new byte[length];
            random.NextBytes(message);
            Assert.True(pair.Client.Send(message));
            Assert.True(pair.Server.Send(message));
        }

        pair.Exchange();

        var buffer = new byte[2048];
        for (var length = 1; length < 1200; length += 37)
        {
            Assert.Equal(length, pair.Server.TakeApplicationData(buffer));
            Assert.Equal(length, pair.Client.TakeApplicationData(buffer));
        }

        Assert.Equal(0, pair.Server.TakeApplicationData(buffer));
    }

    [Fact]
    public void Close_is_seen_by_the_other_side()
    {
        using var pair = new DtlsPair();
        pair.Connect();

        pair.Client.Close();
        pair.Exchange();

        Assert.Equal(DtlsState.Closed, pair.Server.State);
        Assert.False(pair.Server.Send([1]));
        Assert.False(pair.Client.Send([1]));
    }

    [Fact]
    public void Export_before_the_handshake_is_a_bug_of_the_caller()
    {
        using var pair = new DtlsPair();
        Assert.Throws<InvalidOperationException>(() => pair.Client.ExportSrtpKeys(new byte[56]));
    }

    [Fact]
    public void Tampered_records_are_dropped_and_the_association_goes_on()
    {
        var random = new Random(9);
        using var pair = new DtlsPair();
        pair.Connect();
        pair.Deliver = datagram =>
        {
            datagram[13 + random.Next(datagram.Length - 13)] ^= 0x40;
            return true;
        };
        pair.Client.Send("lost"u8);
        pair.Exchange();
        pair.Deliver = _ => true;

        pair.Client.Send("kept"u8);
        pair.Exchange();

        var buffer = new byte[64];
        Assert.Equal(4, pair.Server.TakeApplicationData(buffer));
        Assert.Equal("kept"u8.ToArray(), buffer[..4]);
        Assert.Equal(0, pair.Server.TakeApplicationData(buffer));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Garbage_never_throws(bool server)
    {
        var random = new Random(17);
        using var factory = new OpenSslDtlsFactory(TimeProvider.System);
        var hello = new byte[2048];
        using var client = factory.Create(server: false);
        client.Start();
        var helloLength = client.TakeOutgoing(hello);
        var buffer = new byte[4096];
        for (var round = 0; round < 200; round++)
        {
            using var association = factory.Create(server);
            association.Start();
            for (var i = 0; i < 20; i++)
            {
                var datagram = random.Next(2) == 0 ? new byte[random.Next(1500)] : hello[..random.Next(1, helloLength + 1)];
                if (random.Next(2) == 0)
                {
                    random.NextBytes(datagram.AsSpan(random.Next(datagram.Length + 1)));
                }

                association.Receive(datagram);
                association.Retransmit();
                while (association.TakeOutgoing(buffer) > 0)
                {
                }
            }

            Assert.NotEqual(DtlsState.Connected, association.State);
        }
    }

    [Fact]
    public void Garbage_during_the_handshake_does_not_stop_it()
    {
        var random = new Random(23);
        using var pair = new DtlsPair();
        pair.Deliver = _ =>
        {
            var junk = new byte[random.Next(1, 300)];
            random.NextBytes(junk);
            junk[0] |= 0x80;
            pair.Server.Receive(junk);
            pair.Client.Receive(junk);
            return true;
        };

        pair.Connect();

        Assert.True(pair.Connected);
    }

    [Fact]
    public void Steady_state_does_not_allocate()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var message = new byte[1100];
        var buffer = new byte[2048];
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                Round(pair, message, buffer);
            }
        }));

        static void Round(DtlsPair pair, byte[] message, byte[] buffer)
        {
            pair.Client.Send(message);
            var length = pair.Client.TakeOutgoing(buffer);
            pair.Server.Receive(buffer.AsSpan(0, length));
            pair.Server.TakeApplicationData(buffer);
        }
    }
}
