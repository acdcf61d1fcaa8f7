using System.Globalization;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Server.Commands;

/// <summary>The options of <c>keys</c>.</summary>
/// <param name="Tenant">The tenant, or null.</param>
/// <param name="KeyId">The key named, or null.</param>
/// <param name="Limits">Limits given, by option.</param>
/// <param name="Rest">What is left for the server's settings.</param>
internal sealed record KeysArguments(string? Tenant, string? KeyId, IReadOnlyDictionary<string, double> Limits, IReadOnlyList<string> Rest)
{
    private const int MaxTenantLength = 64;

    private static readonly string[] LimitOptions = ["--max-sessions", "--minutes-per-session", "--minutes-per-month", "--requests-per-minute"];

    public bool HasLimits => Limits.Count > 0;

    /// <exception cref="UsageException">An option is wrong.</exception>
    public static KeysArguments Read(IReadOnlyList<string> args)
    {
        string? tenant = null, key = null;
        var limits = new Dictionary<string, double>();
        var rest = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var left, var right] ? (left, right) : (args[i], null);
            if (name == "--tenant")
            {
                tenant = TenantName(value ?? Next(args, ref i));
            }
            else if (LimitOptions.Contains(name))
            {
                limits[name] = Limit(name, value ?? Next(args, ref i));
            }
            else if (name.StartsWith('-'))
            {
                rest.Add(args[i]);
                if (value is null && i + 1 < args.Count)
                {
                    rest.Add(args[++i]);
                }
            }
            else
            {
                key = key is null ? name : throw new UsageException($"One key at a time, not also '{name}'.");
            }
        }

        return new KeysArguments(tenant, key, limits, rest);
    }

    /// <summary>The limits with those given in place of the old.</summary>
    public TenantLimits Change(TenantLimits old) => new(
        Limits.TryGetValue(LimitOptions[0], out var sessions) ? Count(sessions) : old.MaxActiveSessions,
        Limits.TryGetValue(LimitOptions[1], out var session) ? Minutes(session) : old.MaxPerSession,
        Limits.TryGetValue(LimitOptions[2], out var month) ? Minutes(month) : old.MaxPerMonth,
        Limits.TryGetValue(LimitOptions[3], out var requests) ? Count(requests) : old.RequestsPerMinute);

    private static int? Count(double value) => value > 0 ? (int)value : null;

    private static TimeSpan? Minutes(double value) => value > 0 ? TimeSpan.FromMinutes(value) : null;

    private static string Next(IReadOnlyList<string> args, ref int i) =>
        ++i < args.Count ? args[i] : throw new UsageException($"{args[i - 1]} needs a value.");

    private static double Limit(string name, string value)
    {
        var whole = name is "--max-sessions" or "--requests-per-minute";
        return double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= 1e9 && (!whole || number == Math.Floor(number))
            ? number
            : throw new UsageException($"{name} must be {(whole ? "a whole number" : "a number of minutes")}; 0 is without limit.");
    }

    private static string TenantName(string name) =>
        name.Length is > 0 and <= MaxTenantLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? name
            : throw new UsageException($"A tenant's name has up to {MaxTenantLength} letters, digits, dots, dashes and underscores.");
}
