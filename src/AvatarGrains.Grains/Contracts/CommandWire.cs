using System.Runtime.InteropServices;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Grains.Contracts;

/// <summary>A command, between silos. One closed family; a field or a member that was released keeps its number and its alias.</summary>
[GenerateSerializer, Immutable, Alias("ag.Command")]
internal abstract record CommandWire
{
    public static CommandWire From(SessionCommand command) => command switch
    {
        MarkExchanged c => new ExchangedWire(c.ClientSdp, c.ServerSdp),
        TransportConnected c => new ConnectedWire(c.Connection, c.Known),
        TransportLost c => new LostWire(c.Connection, c.Graceful),
        TakeOver c => new TakeOverWire(c.What, c.Owner),
        Heartbeat => new HeartbeatWire(),
        RecordEvent c => new EventWire(c.Event, c.Detail),
        Say c => new SayWire(c.Text),
        Greet => new GreetWire(),
        Ask c => new AskWire(c.Text, c.Id),
        Interrupt => new InterruptWire(),
        BeginClientSpeech c => new BeginSpeechWire(c.Message),
        AppendClientSpeech c => new AppendSpeechWire(MemoryMarshal.AsBytes(c.Audio.Samples.Span).ToArray(), c.Audio.SampleRate),
        EndClientSpeech => new EndSpeechWire(),
        StartListening c => new ListenWire((int)c.Mode, c.Language),
        StopListening c => new StopListenWire(c.Language),
        Reconfigure c => new ReconfigureWire(c.View is { } v ? ViewWire.From(v) : null, c.Voice, c.Model, c.Language, c.SystemPrompt, c.Document),
        ClearHistory => new ClearWire(),
        ReportPlayout c => new PlayoutWire(c.Turn, c.Segment, c.PlayedMs, c.Finished),
        EndSession c => new EndWire((int)c.Reason, c.Detail),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Unknown command."),
    };

    public abstract SessionCommand Read();
}

[GenerateSerializer, Immutable, Alias("ag.c.Exchanged")]
internal sealed record ExchangedWire([property: Id(0)] string? ClientSdp, [property: Id(1)] string? ServerSdp) : CommandWire
{
    public override SessionCommand Read() => new MarkExchanged(ClientSdp, ServerSdp);
}

[GenerateSerializer, Immutable, Alias("ag.c.Connected")]
internal sealed record ConnectedWire([property: Id(0)] string Connection, [property: Id(1)] bool Known = false) : CommandWire
{
    public override SessionCommand Read() => new TransportConnected(Connection, Known);
}

[GenerateSerializer, Immutable, Alias("ag.c.Lost")]
internal sealed record LostWire([property: Id(0)] string Connection, [property: Id(1)] bool Graceful) : CommandWire
{
    public override SessionCommand Read() => new TransportLost(Connection, Graceful);
}

[GenerateSerializer, Immutable, Alias("ag.c.TakeOver")]
internal sealed record TakeOverWire([property: Id(0)] string What, [property: Id(1)] string Owner) : CommandWire
{
    public override SessionCommand Read() => new TakeOver(What, Owner);
}

[GenerateSerializer, Immutable, Alias("ag.c.Heartbeat")]
internal sealed record HeartbeatWire : CommandWire
{
    public override SessionCommand Read() => new Heartbeat();
}

[GenerateSerializer, Immutable, Alias("ag.c.Event")]
internal sealed record EventWire([property: Id(0)] string Event, [property: Id(1)] string Detail) : CommandWire
{
    public override SessionCommand Read() => new RecordEvent(Event, Detail);
}

[GenerateSerializer, Immutable, Alias("ag.c.Say")]
internal sealed record SayWire([property: Id(0)] string Text) : CommandWire
{
    public override SessionCommand Read() => new Say(Text);
}

[GenerateSerializer, Immutable, Alias("ag.c.Greet")]
internal sealed record GreetWire : CommandWire
{
    public override SessionCommand Read() => new Greet();
}

[GenerateSerializer, Immutable, Alias("ag.c.Ask")]
internal sealed record AskWire([property: Id(0)] string Text, [property: Id(1)] string? Id) : CommandWire
{
    public override SessionCommand Read() => new Ask(Text, Id);
}

[GenerateSerializer, Immutable, Alias("ag.c.Interrupt")]
internal sealed record InterruptWire : CommandWire
{
    public override SessionCommand Read() => new Interrupt();
}

[GenerateSerializer, Immutable, Alias("ag.c.BeginSpeech")]
internal sealed record BeginSpeechWire([property: Id(0)] string Message) : CommandWire
{
    public override SessionCommand Read() => new BeginClientSpeech(Message);
}

[GenerateSerializer, Immutable, Alias("ag.c.AppendSpeech")]
internal sealed record AppendSpeechWire([property: Id(0)] byte[] Pcm, [property: Id(1)] int SampleRate) : CommandWire
{
    public override SessionCommand Read() => new AppendClientSpeech(new PcmBlock(MemoryMarshal.Cast<byte, short>(Pcm).ToArray(), SampleRate));
}

[GenerateSerializer, Immutable, Alias("ag.c.EndSpeech")]
internal sealed record EndSpeechWire : CommandWire
{
    public override SessionCommand Read() => new EndClientSpeech();
}

[GenerateSerializer, Immutable, Alias("ag.c.Listen")]
internal sealed record ListenWire([property: Id(0)] int Mode, [property: Id(1)] string? Language) : CommandWire
{
    public override SessionCommand Read() => new StartListening((ListenMode)Mode, Language);
}

[GenerateSerializer, Immutable, Alias("ag.c.StopListen")]
internal sealed record StopListenWire([property: Id(0)] string? Language) : CommandWire
{
    public override SessionCommand Read() => new StopListening(Language);
}

[GenerateSerializer, Immutable, Alias("ag.c.Reconfigure")]
internal sealed record ReconfigureWire(
    [property: Id(0)] ViewWire? View,
    [property: Id(1)] string? Voice,
    [property: Id(2)] string? Model,
    [property: Id(3)] string? Language,
    [property: Id(4)] string? SystemPrompt,
    [property: Id(5)] string? Document) : CommandWire
{
    public override SessionCommand Read() => new Reconfigure(View?.Read(), Voice, Model, Language, SystemPrompt, Document);
}

[GenerateSerializer, Immutable, Alias("ag.c.Clear")]
internal sealed record ClearWire : CommandWire
{
    public override SessionCommand Read() => new ClearHistory();
}

[GenerateSerializer, Immutable, Alias("ag.c.Playout")]
internal sealed record PlayoutWire(
    [property: Id(0)] int Turn, [property: Id(1)] int Segment, [property: Id(2)] int PlayedMs, [property: Id(3)] bool Finished) : CommandWire
{
    public override SessionCommand Read() => new ReportPlayout(Turn, Segment, PlayedMs, Finished);
}

[GenerateSerializer, Immutable, Alias("ag.c.End")]
internal sealed record EndWire([property: Id(0)] int Reason, [property: Id(1)] string Detail) : CommandWire
{
    public override SessionCommand Read() => new EndSession((TerminationReason)Reason, Detail);
}
