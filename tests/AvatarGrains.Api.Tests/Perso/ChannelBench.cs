using System.Text;
using System.Text.Json;
using AvatarGrains.Api.Dialects.Perso;
using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Tests.Edge;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Edge;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>A Perso data channel whose edge writes everything down.</summary>
internal sealed class ChannelBench : IEdgeControl, IPoseLibrary
{
    public const ushort Main = 1;

    public ChannelBench()
    {
        var names = new PersoNames(new EngineNames(new ScriptedEngines(), this));
        Channel = new PersoChannel(
            this, new PersoChannelServices(names, new AudioFiles(new NoCodecs()), new NoEdgeAddresses(), new PersoOptions()));
        Channel.OnOpened(Main, "message", "message");
    }

    public PersoChannel Channel { get; }

    public List<SessionCommand> Posted { get; } = [];

    public List<(ushort Channel, bool Text, string Message)> Sent { get; } = [];

    /// <summary>What the dialect wants done after a while.</summary>
    public List<(TimeSpan Delay, Action Act)> Later { get; } = [];

    public List<AvatarView> Views { get; } = [];

    public string SessionId => "s";

    public SessionSpec Spec { get; set; } = new(Capabilities.Llm | Capabilities.Tts | Capabilities.StfWebRtc, new AvatarView("ada", 512, 512));

    public AvatarView View => Spec.View;

    public ConversationPhase Phase => ConversationPhase.Idle;

    public ListenMode Listening => ListenMode.Off;

    public int Turn => 1;

    public EdgeOptions Options { get; } = new() { MaxUploadBytes = 1000 };

    public IReadOnlyList<AvatarInfo> Avatars { get; } = [new("ada", "Ada", "", 100, null), new("bob", "Bob", "", 100, null)];

    public void Receive(string message) => Channel.OnMessage(Main, true, Encoding.UTF8.GetBytes(message));

    public JsonElement Last() => JsonDocument.Parse(Sent[^1].Message).RootElement;

    public string LastError() =>
        Last() is var last && last.GetProperty("type").GetString() == "error" ? last.GetProperty("data").GetProperty("code").GetString()! : "";

    public bool Send(ushort channel, bool text, ReadOnlySpan<byte> message)
    {
        Sent.Add((channel, text, Encoding.UTF8.GetString(message)));
        return true;
    }

    public void Post(SessionCommand command) => Posted.Add(command);

    public void ChangeView(AvatarView view) => Views.Add(view);

    public void FetchSnapshot()
    {
    }

    public void Run(Func<CancellationToken, Task<Action>> work) => work(CancellationToken.None).GetAwaiter().GetResult()();

    public void After(TimeSpan delay, Action act) => Later.Add((delay, act));

    public void CountBadMessage()
    {
    }

    public ValueTask<IPoseSet> OpenAsync(AvatarView view, CancellationToken cancellationToken) => new(new PaintedPoses(view));
}
