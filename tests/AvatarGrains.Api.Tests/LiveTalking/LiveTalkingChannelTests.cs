using AvatarGrains.Api.Dialects.LiveTalking;
using AvatarGrains.Api.Tests.Edge;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Model;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Edge;
using AvatarGrains.WebRtc.Peers;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvatarGrains.Api.Tests.LiveTalking;

/// <summary>A session ends when its connection does, however that happens.</summary>
public sealed class LiveTalkingChannelTests : IPoseLibrary
{
    public IReadOnlyList<AvatarInfo> Avatars => [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PeerCloseReason.ConsentExpired)]
    [InlineData(PeerCloseReason.RemoteClosed)]
    public async Task Session_ends_with_its_connection(PeerCloseReason reason)
    {
        await using var host = await ModelSessionHost.StartAsync(new HostFixture().Services(), Token);
        var session = await host.CreateAsync(HostFixture.Spec(), Token);
        using var metrics = new EdgeMetrics();
        var services = new EdgeServices(host, this, new NoCodecs(), new EdgeOptions(), metrics, NullLogger.Instance);
        var gone = 0;
        var plan = new EdgePlan(session.Id, "connection", session.Spec, new PaintedPoses(session.Spec.View), 1, 0, 0, 0);
        var edge = new EdgeSession(services, plan, _ => new LiveTalkingChannel(() => gone++));
        edge.Bind(new RecordedMedia(), static _ => { });
        edge.OnConnected();
        edge.OnClosed(reason);
        await edge.Completion;
        Assert.Equal(1, gone);
        Assert.Equal(SessionStatus.Terminated, (await host.FindAsync(session.Id, Token))!.Status);
    }

    public ValueTask<IPoseSet> OpenAsync(AvatarView view, CancellationToken cancellationToken) => new(new PaintedPoses(view));
}
