using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Media;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Edge;

/// <summary>What every session of an edge works with.</summary>
internal sealed record EdgeServices(
    ISessionHost Host, IPoseLibrary Poses, IAudioCodecs Codecs, EdgeOptions Options, EdgeMetrics Metrics, ILogger Log);
