using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Poses;

namespace AvatarGrains.Media.Tests.Poses;

public sealed class PoseRequestsTests
{
    [Fact]
    public void Soonest_due_comes_first_whoever_asked_first()
    {
        var requests = new PoseRequests(8);
        Assert.True(requests.AddSoon(1, 300));
        Assert.True(requests.AddSoon(2, 100));
        Assert.True(requests.AddSoon(3, 200));
        Assert.False(requests.AddSoon(1, 400));
        Assert.False(requests.AddSoon(1, 50));
        Assert.Equal([1, 2, 3], TakeAll(requests, 0));
    }

    [Fact]
    public void What_is_due_comes_before_what_is_overdue_and_that_before_the_idle_loop()
    {
        var requests = new PoseRequests(8);
        requests.AddIdle([9]);
        requests.AddMissed(5);
        requests.AddSoon(1, 10);
        requests.AddSoon(2, 20);
        requests.AddSoon(3, 40);
        Assert.Equal([3, 2, 1, 5, 9], TakeAll(requests, 30));
        Assert.Equal((0, 0), requests.Count);
    }

    [Fact]
    public void Newest_missed_comes_first_and_the_oldest_is_forgotten()
    {
        var requests = new PoseRequests(3);
        foreach (var index in (int[])[1, 2, 3, 2, 4])
        {
            requests.AddMissed(index);
        }

        Assert.Equal([4, 3, 2], TakeAll(requests, 0));
    }

    [Fact]
    public void Requests_stay_within_the_bound()
    {
        var requests = new PoseRequests(4);
        for (var i = 0; i < 1000; i++)
        {
            requests.AddSoon(i % 6, 1000 - i);
            requests.AddMissed(100 + i);
        }

        Assert.Equal((8, 0), requests.Count);
    }

    [Fact]
    public void Refused_pose_is_not_taken_again()
    {
        var requests = new PoseRequests(4);
        requests.Refuse(7);
        Assert.False(requests.AddSoon(7, 1));
        Assert.False(requests.AddMissed(7));
        Assert.Equal([], TakeAll(requests, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(19)]
    [InlineData(200)]
    public void Idle_order_holds_the_loop_and_every_mouth_near_every_phase(int loopFrames)
    {
        var order = IdleOrder.Of(new AvatarView("any", 512, 512), loopFrames).Append(PoseKey.Base).ToHashSet();
        for (var phase = 0; phase < loopFrames; phase++)
        {
            Assert.Contains(new PoseKey((ushort)phase, Eyes.Open, 0, Expression.Neutral, 0), order);
            for (var mouth = 1; mouth < MouthTable.Count; mouth++)
            {
                Assert.Contains(
                    order, key => key.Mouth == mouth && Math.Abs(key.Phase - phase) <= PoseGrid.NearPhases + (phase > loopFrames - 20 ? 10 : 0));
            }
        }
    }

    private static List<int> TakeAll(PoseRequests requests, long now)
    {
        var taken = new List<int>();
        while (requests.TryTake(out var index, idleToo: true, now))
        {
            taken.Add(index);
        }

        return taken;
    }
}
