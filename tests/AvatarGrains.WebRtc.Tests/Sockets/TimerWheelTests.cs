using AvatarGrains.WebRtc.Sockets;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Sockets;

public sealed class TimerWheelTests
{
    [Fact]
    public void Timers_fire_once_never_early_and_at_most_two_ticks_late()
    {
        Garbage.ForManySeeds(
            random =>
            {
                var now = (long)random.Next();
                var wheel = new TimerWheel(now);
                var wanted = new Dictionary<TimerNode, long>();
                var fired = 0;
                for (var i = 0; i < 60; i++)
                {
                    var at = now + (long)Math.Pow(10, random.NextDouble() * 10.5);
                    var node = new TimerNode(
                        (n, time) =>
                        {
                            Assert.InRange(time - wanted[n], 0, 2048);
                            Assert.True(wanted.Remove(n));
                            fired++;
                        },
                        this);
                    wheel.Schedule(node, at + random.Next(1000));
                    wheel.Schedule(node, at);
                    wanted[node] = at;
                    if (random.Next(6) == 0)
                    {
                        wheel.Cancel(node);
                        wanted.Remove(node);
                    }
                }

                var total = wanted.Count;
                while (wheel.NextDeadline != long.MaxValue)
                {
                    Assert.True(wheel.NextDeadline > now);
                    now = wheel.NextDeadline;
                    wheel.Advance(now);
                }

                Assert.Empty(wanted);
                Assert.Equal(total, fired);
            },
            100);
    }

    [Fact]
    public void Callback_may_set_its_own_timer_again_and_cancel_others()
    {
        var wheel = new TimerWheel(0);
        var count = 0;
        var other = new TimerNode((_, _) => Assert.Fail("was cancelled"), this);
        var node = new TimerNode(
            (n, now) =>
            {
                wheel.Cancel(other);
                if (++count < 10)
                {
                    wheel.Schedule(n, now + 20_000);
                }
            },
            this);
        wheel.Schedule(other, 5_500);
        wheel.Schedule(node, 5_000);
        wheel.Advance(1_000_000);
        for (var now = 1_000_000L; now < 2_000_000; now += 1_000)
        {
            wheel.Advance(now);
        }

        Assert.Equal(10, count);
    }
}
