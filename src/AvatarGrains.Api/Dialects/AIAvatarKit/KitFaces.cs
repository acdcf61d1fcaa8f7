namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>What the avatar shows now, as far as the server told it. Thread-safe.</summary>
internal sealed class KitFaces(TimeProvider time)
{
    private const string NoFace = "neutral";
    private const string NoAnimation = "idling";

    private readonly Lock _lock = new();
    private (string Name, DateTimeOffset Until) _face = (NoFace, DateTimeOffset.MaxValue);
    private (string Name, DateTimeOffset Until) _animation = (NoAnimation, DateTimeOffset.MaxValue);

    public string Face => Now(ref _face, NoFace);

    public string Animation => Now(ref _animation, NoAnimation);

    public void Show(KitControlRequest control)
    {
        lock (_lock)
        {
            if (control.FaceName is { } face)
            {
                _face = (face, After(control.FaceDuration));
            }

            if (control.AnimationName is { } animation)
            {
                _animation = (animation, After(control.AnimationDuration));
            }
        }
    }

    private DateTimeOffset After(double? seconds) => time.GetUtcNow() + TimeSpan.FromSeconds(Math.Clamp(seconds ?? 0, 0, 3600));

    private string Now(ref (string Name, DateTimeOffset Until) shown, string nothing)
    {
        lock (_lock)
        {
            return time.GetUtcNow() < shown.Until ? shown.Name : nothing;
        }
    }
}
