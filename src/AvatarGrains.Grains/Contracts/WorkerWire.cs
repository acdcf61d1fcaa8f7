using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Grains.Contracts;

/// <summary>How a piece of work ended.</summary>
internal enum WorkEnd
{
    Done = 0,

    /// <summary>The worker takes no more; another may.</summary>
    Busy = 1,

    /// <summary>The engine failed, which is an outcome.</summary>
    Fault = 2,

    /// <summary>The engine broke, which is a bug.</summary>
    Bug = 3,

    /// <summary>The worker must be given the text of the knowledge it is to expect.</summary>
    NeedKnowledge = 4,
}

/// <summary>The answer of a worker when all its pieces were taken.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Fault">The <see cref="EngineFault"/>.</param>
/// <param name="Detail">Words for people.</param>
/// <param name="Load">Work running and waiting there, to choose the next worker by.</param>
[GenerateSerializer, Immutable, Alias("ag.WorkReply")]
internal sealed record WorkReply([property: Id(0)] int End, [property: Id(1)] int Fault, [property: Id(2)] string Detail, [property: Id(3)] int Load);

/// <summary>A sentence to be spoken, between silos.</summary>
[GenerateSerializer, Immutable, Alias("ag.SegmentRequest")]
internal sealed record SegmentRequestWire(
    [property: Id(0)] string Text, [property: Id(1)] string? Voice, [property: Id(2)] string? Language, [property: Id(3)] int Expression, [property: Id(4)] int SlackMs)
{
    public static SegmentRequestWire From(SegmentRequest r) => new(r.Text, r.Voice, r.Language, (int)r.Expression, (int)r.Slack.TotalMilliseconds);

    public SegmentRequest Read() => new(Text, Voice, Language, (Expression)Expression) { Slack = TimeSpan.FromMilliseconds(SlackMs) };
}

/// <summary>A piece of a sentence, between silos.</summary>
[GenerateSerializer, Immutable, Alias("ag.SegmentPart")]
internal sealed record SegmentPartWire(
    [property: Id(0)] byte[] Packets, [property: Id(1)] byte[] Faces, [property: Id(2)] int FirstFace, [property: Id(3)] bool Last)
{
    public static SegmentPartWire From(SegmentPart p) => new(PacketWire.Pack(p.Packets), PacketWire.Pack(p.Faces), p.FirstFace, p.Last);

    public SegmentPart Read() => new(PacketWire.Unpack(Packets), PacketWire.UnpackFaces(Faces), FirstFace, Last);
}

/// <summary>A language model call, between silos.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Roles">Role of each message.</param>
/// <param name="Texts">Text of each message.</param>
/// <param name="Document">Document the conversation is about, or null.</param>
/// <param name="Language">BCP 47 tag, or null.</param>
[GenerateSerializer, Immutable, Alias("ag.Chat")]
internal sealed record ChatWire(
    [property: Id(0)] string Model,
    [property: Id(1)] string[] Roles,
    [property: Id(2)] string[] Texts,
    [property: Id(3)] string? Document,
    [property: Id(4)] string? Language);

/// <summary>What a recognizer should expect, between silos.</summary>
/// <param name="Recognizer">Its name.</param>
/// <param name="Language">BCP 47 tag, or null.</param>
/// <param name="KnowledgeId">Id of the text it can be asked about, or null.</param>
/// <param name="Passages">That text; null while the worker may have it already.</param>
[GenerateSerializer, Immutable, Alias("ag.Recognition")]
internal sealed record RecognitionWire(
    [property: Id(0)] string Recognizer, [property: Id(1)] string? Language, [property: Id(2)] string? KnowledgeId, [property: Id(3)] string[]? Passages);

/// <summary>What was heard.</summary>
[GenerateSerializer, Immutable, Alias("ag.Heard")]
internal sealed record HeardWire(
    [property: Id(0)] WorkReply Reply, [property: Id(1)] string Text, [property: Id(2)] double Confidence, [property: Id(3)] bool Understood);
