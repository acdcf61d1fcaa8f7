using System.Net;

namespace AvatarGrains.Server.Configuration;

/// <summary>Finds everything that is wrong with the settings at once.</summary>
internal static class OptionsValidator
{
    public static IReadOnlyList<string> Validate(ServerOptions options)
    {
        var errors = new List<string>();
        Check(errors, options.Port is >= 0 and <= 65535, $"port is {options.Port}; it must be 0 to 65535.");
        Check(errors, options.MediaPort is >= 0 and <= 65535, $"media-port is {options.MediaPort}; it must be 0 to 65535.");
        Check(
            errors,
            options.Listen == "*" || IPAddress.TryParse(options.Listen, out _),
            $"listen is '{options.Listen}'; it must be * or an address of this machine.");
        Check(
            errors,
            options.PublicAddress is null || IPAddress.TryParse(options.PublicAddress, out _),
            $"public-address is '{options.PublicAddress}'; it must be an IP address.");
        Check(errors, !string.IsNullOrWhiteSpace(options.Data), "data must name a folder.");
        Check(
            errors,
            options.Models is null || Directory.Exists(Path.Combine(options.Models, "avatars")),
            $"models is '{options.Models}'; there is no folder avatars in it.");
        Check(errors, options.PoseCacheBytes >= 16 << 20, $"poseCacheBytes is {options.PoseCacheBytes}; it must be at least {16 << 20}.");
        Check(
            errors,
            options.DrainTime >= TimeSpan.Zero && options.DrainTime <= TimeSpan.FromMinutes(5),
            $"drainTime is {options.DrainTime}; it must be 0 to 5 minutes.");
        Check(
            errors,
            Enum.TryParse<LogLevel>(options.LogLevel, true, out _),
            $"logLevel is '{options.LogLevel}'; it must be Trace, Debug, Information, Warning, Error or None.");
        Check(
            errors,
            options.Edge.SilenceTailMs is >= 0 and <= 60_000 && options.Edge.SilenceTailMs % 20 == 0,
            $"edge.silenceTailMs is {options.Edge.SilenceTailMs}; it must be a multiple of 20 up to 60000.");
        Check(errors, options.Edge.CommandQueue is >= 16 and <= 65536, $"edge.commandQueue is {options.Edge.CommandQueue}; it must be 16 to 65536.");
        Check(
            errors,
            options.Perso.DefaultSize is >= 64 and <= 1920 && options.Perso.DefaultSize % 2 == 0,
            $"perso.defaultSize is {options.Perso.DefaultSize}; it must be even, 64 to 1920.");
        Check(errors, options.Perso.Keys.Values.All(static key => key is { Length: >= 8 }), "perso.keys: a key must have at least 8 characters.");
        errors.AddRange(options.AIAvatarKit.Problems());
        errors.AddRange(options.OpenAvatarChat.Problems());
        errors.AddRange(options.LiveTalking.Validate());
        errors.AddRange(options.Engines.Validate());
        errors.AddRange(options.Speech.Validate());
        errors.AddRange(options.Cluster.Problems());
        errors.AddRange(options.Admin.Problems());
        errors.AddRange(options.Storage.Problems(options.Cluster));
        Check(errors, options.Tenants.Local.Problem() is null, $"tenants.local: {options.Tenants.Local.Problem()}.");
        Check(errors, options.Tenants.Keyed.Problem() is null, $"tenants.keyed: {options.Tenants.Keyed.Problem()}.");
        return errors;
    }

    private static void Check(List<string> errors, bool good, string error)
    {
        if (!good)
        {
            errors.Add(error);
        }
    }
}
