using AvatarGrains.LoadTest.Clients;

namespace AvatarGrains.Benchmarks.Tests;

public sealed class MixTests
{
    [Fact]
    public void Any_number_of_first_clients_has_the_shares_as_evenly_as_can_be()
    {
        var mix = Mix.Parse("idle:50, listening:20,speaking:30");
        for (var count = 1; count <= 200; count++)
        {
            var given = Enumerable.Range(0, count).Select(mix.At).CountBy(one => one).ToDictionary();
            Assert.InRange(given.GetValueOrDefault(Behaviour.Idle), (count * 0.5) - 1.01, (count * 0.5) + 1.01);
            Assert.InRange(given.GetValueOrDefault(Behaviour.Listening), (count * 0.2) - 1.01, (count * 0.2) + 1.01);
            Assert.InRange(given.GetValueOrDefault(Behaviour.Speaking), (count * 0.3) - 1.01, (count * 0.3) + 1.01);
        }
    }

    [Theory]
    [InlineData("idle")]
    [InlineData("idle:x")]
    [InlineData("idle:-1")]
    [InlineData("dancing:10")]
    [InlineData("socket:50,events:50")]
    [InlineData("")]
    public void What_is_no_mix_is_said_so(string text) => Assert.Throws<FormatException>(() => Mix.Parse(text));
}
