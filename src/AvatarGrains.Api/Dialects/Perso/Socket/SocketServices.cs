using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>What all session sockets share.</summary>
internal sealed record SocketServices(
    ISessionHost Host,
    IEngineCatalog Engines,
    IKnowledgeSource Knowledge,
    IVoiceActivityDetectors Detectors,
    IAudioCodecs Codecs,
    AudioFiles Files,
    PersoOptions Options,
    TimeProvider Time);
