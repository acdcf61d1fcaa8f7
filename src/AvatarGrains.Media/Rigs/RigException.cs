namespace AvatarGrains.Media.Rigs;

/// <summary>A rig cannot be used. The message lists every error found.</summary>
public sealed class RigException(IReadOnlyList<RigError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<RigError> Errors { get; } = errors;
}
