using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Dialects.AIAvatarKit.Socket;

/// <summary>What sockets work with.</summary>
internal sealed record KitSocketServices(
    KitContexts Contexts,
    KitQuestions Questions,
    KitRegistry Registry,
    KitLog Log,
    IAudioCodecs Codecs,
    TimeProvider Time,
    AIAvatarKitOptions Options);
