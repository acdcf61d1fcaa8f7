using AvatarGrains.Edge;
using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Api.Tests.Edge;

/// <summary>Changes of the picture that overlap.</summary>
public sealed class ViewChangesTests
{
    private static readonly AvatarView First = new("ada", 512, 512);
    private static readonly AvatarView Red = First with { Background = "#ff0000" };
    private static readonly AvatarView Green = First with { Background = "#00ff00" };

    [Fact]
    public void Change_before_the_last_is_shown_builds_on_it()
    {
        var changes = new ViewChanges();
        var first = changes.Ask(Red);
        Assert.Equal(Red, changes.Wanted);
        var second = changes.Ask(Red with { PaddingLeft = 0.5 });
        Assert.False(changes.Settle(first));
        Assert.Equal(0.5, changes.Wanted!.PaddingLeft);
        Assert.True(changes.Settle(second));
        Assert.Null(changes.Wanted);
    }

    [Fact]
    public void Echo_of_an_older_change_does_not_bring_it_back()
    {
        var changes = new ViewChanges();
        changes.Settle(changes.Ask(Red));
        changes.Tell(Red);
        changes.Settle(changes.Ask(Green));
        changes.Tell(Green);
        Assert.False(changes.Hear(Red, shown: Green));
        Assert.False(changes.Hear(Green, shown: Green));
        Assert.True(changes.Hear(Red, shown: Green));
    }

    [Fact]
    public void Another_clients_change_is_followed_unless_this_one_is_changing_itself()
    {
        var changes = new ViewChanges();
        Assert.True(changes.Hear(Red, shown: First));
        Assert.False(changes.Hear(First, shown: First));
        var request = changes.Ask(Green);
        Assert.False(changes.Hear(Red, shown: First));
        changes.Settle(request);
        changes.Tell(Green);
        changes.Forget();
        Assert.True(changes.Hear(Red, shown: Green));
    }
}
