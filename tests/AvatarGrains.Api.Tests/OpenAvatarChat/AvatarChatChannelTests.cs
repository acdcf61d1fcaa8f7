using System.Text;
using AvatarGrains.Api.Dialects.OpenAvatarChat;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Edge;

namespace AvatarGrains.Api.Tests.OpenAvatarChat;

/// <summary>The data channel of the WebRTC page.</summary>
public sealed class AvatarChatChannelTests
{
    private const ushort Channel = 1;

    [Fact]
    public void The_microphone_is_open_from_the_start()
    {
        var edge = new ChannelEdge();
        new AvatarChatChannel(edge).OnOpened(Channel, "text", "");
        Assert.Equal(new StartListening(ListenMode.Conversation), Assert.Single(edge.Posted));
    }

    [Fact]
    public void A_conversation_is_told_sentence_by_sentence()
    {
        var edge = new ChannelEdge();
        IChannelDialect channel = new AvatarChatChannel(edge);
        channel.OnOpened(Channel, "text", "");
        channel.OnOutput(new UserCaption(1, "He", false));
        channel.OnOutput(new UserCaption(1, "Hello", true));
        channel.OnSegmentStarted(new SpeechSegment(1, 0, "Good day."));
        channel.OnSegmentStarted(new SpeechSegment(1, 1, "How are you?"));
        channel.OnOutput(new TurnEnded(1, TurnEnd.Played, new TurnTimings()));

        Assert.Equal(
            [
                """{"type":"log","data":"pause_detected"}""",
                """{"type":"chat","message":"Hello","id":"abcd000000010","role":"human"}""",
                """{"type":"log","data":"response_starting"}""",
                """{"type":"chat","message":"Good day.","id":"abcd000000011","role":"avatar"}""",
                """{"type":"chat","message":" How are you?","id":"abcd000000011","role":"avatar"}""",
                """{"type":"avatar_end"}""",
            ],
            edge.Sent);
    }

    [Fact]
    public void Typed_words_are_asked_and_not_told_back()
    {
        var edge = new ChannelEdge();
        IChannelDialect channel = new AvatarChatChannel(edge);
        channel.OnMessage(Channel, true, """{"type":"chat","data":"Hi"}"""u8);
        channel.OnOutput(new UserCaption(1, "Hi", true));
        channel.OnMessage(Channel, true, """{"type":"stop_chat"}"""u8);

        Assert.Equal(["""{"type":"avatar_end"}"""], edge.Sent);
        Assert.Equal([Perform.Ask("Hi"), new Interrupt()], edge.Posted);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"type":"dance"}""")]
    [InlineData("""{"type":"chat"}""")]
    [InlineData("""{"type":"chat","data":5}""")]
    public void What_cannot_be_read_is_told(string message)
    {
        var edge = new ChannelEdge();
        new AvatarChatChannel(edge).OnMessage(Channel, true, Encoding.UTF8.GetBytes(message));
        Assert.Equal(["""{"type":"error","data":"The message was not understood."}"""], edge.Sent);
        Assert.Empty(edge.Posted);
        Assert.Equal(1, edge.Bad);
    }

    [Fact]
    public void A_failure_is_told()
    {
        var edge = new ChannelEdge();
        IChannelDialect channel = new AvatarChatChannel(edge);
        channel.OnOpened(Channel, "text", "");
        channel.OnOutput(new TurnFailed(1, EngineFault.Unavailable, "The model is not there."));
        Assert.Equal(["""{"type":"error","data":"The model is not there."}"""], edge.Sent);
    }

    private sealed class ChannelEdge : IEdgeControl
    {
        public List<string> Sent { get; } = [];

        public List<SessionCommand> Posted { get; } = [];

        public int Bad { get; private set; }

        public string SessionId => "ab-cd";

        public SessionSpec Spec => throw new NotSupportedException();

        public AvatarView View => throw new NotSupportedException();

        public ConversationPhase Phase => ConversationPhase.Idle;

        public ListenMode Listening => ListenMode.Off;

        public int Turn => 0;

        public EdgeOptions Options { get; } = new();

        public bool Send(ushort channel, bool text, ReadOnlySpan<byte> message)
        {
            Assert.True(text);
            Assert.Equal(Channel, channel);
            Sent.Add(Encoding.UTF8.GetString(message));
            return true;
        }

        public void Post(SessionCommand command) => Posted.Add(command);

        public void ChangeView(AvatarView view) => throw new NotSupportedException();

        public void FetchSnapshot() => throw new NotSupportedException();

        public void Run(Func<CancellationToken, Task<Action>> work) => throw new NotSupportedException();

        public void After(TimeSpan delay, Action act) => throw new NotSupportedException();

        public void CountBadMessage() => Bad++;
    }
}
