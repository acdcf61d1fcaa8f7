using System.Net;
using AvatarGrains.WebRtc.Ice;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Ice;

public sealed class StunTests
{
    private static readonly byte[] Key = "VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray();

    /// <summary>The sample request of RFC 5769 2.1.</summary>
    private static readonly byte[] SampleRequest = Convert.FromHexString(
        "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36"
        + "000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf");

    /// <summary>The sample IPv4 response of RFC 5769 2.2.</summary>
    private static readonly byte[] SampleResponse = Convert.FromHexString(
        "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a64300080014"
        + "2b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96");

    [Fact]
    public void Sample_request_of_the_rfc_is_authentic()
    {
        Assert.True(StunMessage.TryParse((byte[])SampleRequest.Clone(), out var message));
        Assert.Equal(Stun.BindingRequest, message.Type);
        Assert.True(message.Username.SequenceEqual("evtj:h6vY"u8));
        Assert.True(message.Verify(Key));
        Assert.False(message.Verify("VOkJxbRl1RmTxUk/WvJxBu"u8));
    }

    [Fact]
    public void Sample_response_of_the_rfc_names_the_address()
    {
        Assert.True(StunMessage.TryParse((byte[])SampleResponse.Clone(), out var message));
        Assert.True(message.Verify(Key));
        Assert.True(message.TryGetMappedAddress(out var address));
        Assert.Equal(NetAddress.From(IPAddress.Parse("192.0.2.1"), 32853), address);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public void What_is_written_is_read_back(string ip)
    {
        var address = NetAddress.From(IPAddress.Parse(ip), 5000);
        var buffer = new byte[256];
        var builder = new StunBuilder(buffer, Stun.BindingSuccess, new byte[12]);
        builder.AddXorMappedAddress(address);
        var length = builder.Finish(Key);

        Assert.True(StunMessage.TryParse(buffer.AsSpan(0, length), out var message));
        Assert.True(message.Verify(Key));
        Assert.True(message.TryGetMappedAddress(out var read));
        Assert.Equal(address, read);
    }

    [Fact]
    public void Garbage_never_throws_and_is_never_authentic()
    {
        Garbage.ForManySeeds(random =>
        {
            var data = Garbage.Make(random, [SampleRequest, SampleResponse]);
            var same = data.AsSpan().SequenceEqual(SampleRequest) || data.AsSpan().SequenceEqual(SampleResponse);
            if (StunMessage.TryParse(data, out var message))
            {
                message.TryGetMappedAddress(out _);
                Assert.True(same || !message.Verify(Key));
            }
        });
    }
}
