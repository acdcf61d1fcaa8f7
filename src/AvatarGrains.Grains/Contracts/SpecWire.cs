using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Contracts;

/// <summary>How the avatar is shown, between silos.</summary>
[GenerateSerializer, Immutable, Alias("ag.View")]
internal sealed record ViewWire(
    [property: Id(0)] string Avatar,
    [property: Id(1)] int Width,
    [property: Id(2)] int Height,
    [property: Id(3)] string? Background,
    [property: Id(4)] double PaddingLeft,
    [property: Id(5)] double PaddingTop,
    [property: Id(6)] double PaddingHeight)
{
    public static ViewWire From(AvatarView v) => new(v.Avatar, v.Width, v.Height, v.Background, v.PaddingLeft, v.PaddingTop, v.PaddingHeight);

    public AvatarView Read() => new(Avatar, Width, Height, Background, PaddingLeft, PaddingTop, PaddingHeight);
}

/// <summary>What a session is made from, between silos.</summary>
[GenerateSerializer, Immutable, Alias("ag.Spec")]
internal sealed record SpecWire
{
    [Id(0)]
    public required int Capabilities { get; init; }

    [Id(1)]
    public required ViewWire View { get; init; }

    [Id(2)]
    public string? Model { get; init; }

    [Id(3)]
    public string? Voice { get; init; }

    [Id(4)]
    public string? Recognizer { get; init; }

    [Id(5)]
    public string? SystemPrompt { get; init; }

    [Id(6)]
    public string? IntroMessage { get; init; }

    [Id(7)]
    public string? Document { get; init; }

    [Id(8)]
    public string? Language { get; init; }

    [Id(9)]
    public string Tenant { get; init; } = "";

    [Id(10)]
    public string Dialect { get; init; } = "";

    [Id(11)]
    public string? Extra { get; init; }

    public static SpecWire From(SessionSpec s) => new()
    {
        Capabilities = (int)s.Capabilities,
        View = ViewWire.From(s.View),
        Model = s.Model,
        Voice = s.Voice,
        Recognizer = s.Recognizer,
        SystemPrompt = s.SystemPrompt,
        IntroMessage = s.IntroMessage,
        Document = s.Document,
        Language = s.Language,
        Tenant = s.Tenant,
        Dialect = s.Dialect,
        Extra = s.Extra,
    };

    public SessionSpec Read() => new(
        (Capabilities)Capabilities, View.Read(), Model, Voice, Recognizer, SystemPrompt, IntroMessage, Document, Language, Tenant, Dialect, Extra);
}
