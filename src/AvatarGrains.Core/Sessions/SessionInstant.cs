using System.Globalization;

namespace AvatarGrains.Core.Sessions;

/// <summary>A moment on both clocks.</summary>
/// <param name="Monotonic">Time since an arbitrary origin; never jumps. Durations and deadlines are in it.</param>
/// <param name="Wall">UTC; may jump. Only names dates and months.</param>
public readonly record struct SessionInstant(TimeSpan Monotonic, DateTimeOffset Wall)
{
    /// <summary>The UTC month as the store names it: yyyy-MM.</summary>
    public string Month => MonthOf(Wall);

    internal static string MonthOf(DateTimeOffset wall) => wall.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}

/// <summary>Reads both clocks of a <see cref="TimeProvider"/>.</summary>
public sealed class SessionClock(TimeProvider provider)
{
    private readonly long _origin = provider.GetTimestamp();

    public TimeProvider Provider { get; } = provider;

    public TimeSpan Monotonic => Provider.GetElapsedTime(_origin);

    public SessionInstant Now => new(Monotonic, Provider.GetUtcNow());
}
