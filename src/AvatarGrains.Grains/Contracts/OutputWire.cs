using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Grains.Contracts;

/// <summary>An output of a session, between silos. One closed family; a field or a member that was released keeps its number and its alias.</summary>
[GenerateSerializer, Immutable, Alias("ag.Output")]
internal abstract record OutputWire([property: Id(0)] int Turn)
{
    public static OutputWire From(SessionOutput output) => output switch
    {
        SegmentBegan o => new SegmentWire(
            o.Turn, o.Segment, o.Text, (int)o.Expression, o.Tags?.SelectMany(t => new[] { t.Name, t.Value }).ToArray(), o.Raw),
        SpeechChunk o => new ChunkWire(o.Turn, o.Segment, o.Sequence, PacketWire.Pack(o.Packets), PacketWire.Pack(o.Faces), o.FirstFace, o.Last),
        TurnComplete o => new CompleteWire(o.Turn, o.Segments),
        TurnBegan o => new TurnWire(o.Turn),
        PhaseChanged o => new PhaseWire(o.Turn, (int)o.Phase),
        UserCaption o => new CaptionWire(o.Turn, o.Text, o.Final),
        DictationResult o => new DictationWire(o.Turn, o.Text, (int?)o.Fault),
        ExpressionChanged o => new ExpressionWire(o.Turn, (int)o.Expression),
        SpecChanged o => new SpecChangedWire(o.Turn, SpecWire.From(o.Spec)),
        TakenOver o => new TakenOverWire(o.Turn, o.What, o.Owner),
        QuotaWarning o => new WarningWire(o.Turn, (int)o.Reason, o.Left),
        TurnFailed o => new FailedWire(o.Turn, (int)o.Fault, o.Detail),
        SessionEnded o => new EndedWire(o.Turn, (int)o.Reason),
        _ => throw new ArgumentOutOfRangeException(nameof(output), output, "Unknown output."),
    };

    public abstract SessionOutput Read();
}

[GenerateSerializer, Immutable, Alias("ag.o.Segment")]
internal sealed record SegmentWire(
    int Turn,
    [property: Id(0)] int Segment,
    [property: Id(1)] string Text,
    [property: Id(2)] int Expression,
    [property: Id(3)] string[]? Tags,
    [property: Id(4)] string? Raw) : OutputWire(Turn)
{
    public override SessionOutput Read() => new SegmentBegan(
        Turn, Segment, Text, (Expression)Expression, Tags is null ? null : [.. Tags.Chunk(2).Select(t => new TextTag(t[0], t[1]))], Raw);
}

[GenerateSerializer, Immutable, Alias("ag.o.Chunk")]
internal sealed record ChunkWire(
    int Turn,
    [property: Id(0)] int Segment,
    [property: Id(1)] int Sequence,
    [property: Id(2)] byte[] Packets,
    [property: Id(3)] byte[] Faces,
    [property: Id(4)] int FirstFace,
    [property: Id(5)] bool Last) : OutputWire(Turn)
{
    public override SessionOutput Read() =>
        new SpeechChunk(Turn, Segment, Sequence, PacketWire.Unpack(Packets), PacketWire.UnpackFaces(Faces), FirstFace, Last);
}

[GenerateSerializer, Immutable, Alias("ag.o.Complete")]
internal sealed record CompleteWire(int Turn, [property: Id(0)] int Segments) : OutputWire(Turn)
{
    public override SessionOutput Read() => new TurnComplete(Turn, Segments);
}

[GenerateSerializer, Immutable, Alias("ag.o.Turn")]
internal sealed record TurnWire(int Turn) : OutputWire(Turn)
{
    public override SessionOutput Read() => new TurnBegan(Turn);
}

[GenerateSerializer, Immutable, Alias("ag.o.Phase")]
internal sealed record PhaseWire(int Turn, [property: Id(0)] int Phase) : OutputWire(Turn)
{
    public override SessionOutput Read() => new PhaseChanged(Turn, (ConversationPhase)Phase);
}

[GenerateSerializer, Immutable, Alias("ag.o.Caption")]
internal sealed record CaptionWire(int Turn, [property: Id(0)] string Text, [property: Id(1)] bool Final) : OutputWire(Turn)
{
    public override SessionOutput Read() => new UserCaption(Turn, Text, Final);
}

[GenerateSerializer, Immutable, Alias("ag.o.Dictation")]
internal sealed record DictationWire(int Turn, [property: Id(0)] string Text, [property: Id(1)] int? Fault) : OutputWire(Turn)
{
    public override SessionOutput Read() => new DictationResult(Turn, Text, (EngineFault?)Fault);
}

[GenerateSerializer, Immutable, Alias("ag.o.Expression")]
internal sealed record ExpressionWire(int Turn, [property: Id(0)] int Expression) : OutputWire(Turn)
{
    public override SessionOutput Read() => new ExpressionChanged(Turn, (Expression)Expression);
}

[GenerateSerializer, Immutable, Alias("ag.o.Spec")]
internal sealed record SpecChangedWire(int Turn, [property: Id(0)] SpecWire Spec) : OutputWire(Turn)
{
    public override SessionOutput Read() => new SpecChanged(Turn, Spec.Read());
}

[GenerateSerializer, Immutable, Alias("ag.o.TakenOver")]
internal sealed record TakenOverWire(int Turn, [property: Id(0)] string What, [property: Id(1)] string Owner) : OutputWire(Turn)
{
    public override SessionOutput Read() => new TakenOver(Turn, What, Owner);
}

[GenerateSerializer, Immutable, Alias("ag.o.Warning")]
internal sealed record WarningWire(int Turn, [property: Id(0)] int Reason, [property: Id(1)] TimeSpan Left) : OutputWire(Turn)
{
    public override SessionOutput Read() => new QuotaWarning(Turn, (TerminationReason)Reason, Left);
}

[GenerateSerializer, Immutable, Alias("ag.o.Failed")]
internal sealed record FailedWire(int Turn, [property: Id(0)] int Fault, [property: Id(1)] string Detail) : OutputWire(Turn)
{
    public override SessionOutput Read() => new TurnFailed(Turn, (EngineFault)Fault, Detail);
}

[GenerateSerializer, Immutable, Alias("ag.o.Ended")]
internal sealed record EndedWire(int Turn, [property: Id(0)] int Reason) : OutputWire(Turn)
{
    public override SessionOutput Read() => new SessionEnded(Turn, (TerminationReason)Reason);
}
