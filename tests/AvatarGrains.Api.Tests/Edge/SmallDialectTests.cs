using System.Text;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Model;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Edge;
using AvatarGrains.WebRtc.Peers;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvatarGrains.Api.Tests.Edge;

/// <summary>A dialect that wants text in and events out implements two members; all else that happens on an edge leaves it in peace.</summary>
public sealed class SmallDialectTests
{
    private const ushort Channel = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dialect_of_two_members_hears_its_client_and_its_session()
    {
        await using var host = await ModelSessionHost.StartAsync(new HostFixture().Services(), Token);
        var session = await host.CreateAsync(HostFixture.Spec(), Token);
        using var metrics = new EdgeMetrics();
        var services = new EdgeServices(host, new Library(), new NoCodecs(), new EdgeOptions(), metrics, NullLogger.Instance);
        TextDialect? dialect = null;
        var plan = new EdgePlan(session.Id, "connection", session.Spec, new PaintedPoses(session.Spec.View), 1, 0, 0, 0);
        var edge = new EdgeSession(services, plan, control => dialect = new TextDialect(control));
        var media = new RecordedMedia();
        edge.Bind(media, static _ => { });
        edge.OnConnected();
        edge.OnChannelOpened(Channel, "chat", "");
        edge.OnChannelMessage(Channel, true, "Hello."u8);
        edge.OnChannelMessageTooLarge(Channel);
        Assert.False(edge.SendAway());
        edge.ChangeView(session.Spec.View with { Width = 256 });
        edge.ChangeView(session.Spec.View with { Avatar = "nobody" });
        edge.FetchSnapshot();
        for (var now = 0L; !dialect!.Spoke.Task.IsCompleted; now += Playout.TickMicroseconds)
        {
            Token.ThrowIfCancellationRequested();
            edge.Tick(now, now);
            await Task.Yield();
        }

        Assert.Equal((Channel, "You said: Hello."), media.Messages[0]);
        Assert.Contains(media.Messages, message => message == (Channel, "Speaking"));
        edge.OnChannelClosed(Channel);
        edge.OnClosed(PeerCloseReason.RemoteClosed);
        await edge.Completion;
    }

    /// <summary>Has what the client types spoken, and says when it is.</summary>
    private sealed class TextDialect(IEdgeControl edge) : IChannelDialect
    {
        private ushort _channel;

        public TaskCompletionSource Spoke { get; } = new();

        public void OnMessage(ushort channel, bool text, ReadOnlySpan<byte> message)
        {
            var words = Encoding.UTF8.GetString(message);
            _channel = channel;
            edge.Send(channel, true, Encoding.UTF8.GetBytes("You said: " + words));
            edge.Post(Perform.Say(words));
        }

        public void OnOutput(SessionOutput output)
        {
            if (output is PhaseChanged { Phase: ConversationPhase.Speaking } changed)
            {
                edge.Send(_channel, true, Encoding.UTF8.GetBytes(changed.Phase.ToString()));
                Spoke.TrySetResult();
            }
        }
    }

    private sealed class Library : IPoseLibrary
    {
        public IReadOnlyList<AvatarInfo> Avatars { get; } = [new("ada", "Ada", "Drawn", 100, null)];

        public ValueTask<IPoseSet> OpenAsync(AvatarView view, CancellationToken cancellationToken) => view.Avatar == "ada"
            ? new ValueTask<IPoseSet>(new PaintedPoses(view))
            : throw new KeyNotFoundException("There is no such avatar.");
    }
}
