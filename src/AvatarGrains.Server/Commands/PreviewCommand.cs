using AvatarGrains.Media.Preview;
using AvatarGrains.Media.Rigs;
using AvatarGrains.Server.Composition;
using AvatarGrains.Server.Configuration;

namespace AvatarGrains.Server.Commands;

/// <summary>Draws an avatar's contact sheet.</summary>
internal static class PreviewCommand
{
    /// <exception cref="UsageException">The command line is wrong.</exception>
    /// <exception cref="StartupException">The avatar is not there or cannot be drawn, or the file cannot be written.</exception>
    public static int Execute(IReadOnlyList<string> args, TextWriter output)
    {
        var (name, file, models) = Read(args);
        try
        {
            var rigs = RigLibrary.Load(Path.Combine(models, "avatars"));
            using var png = new MemoryStream();
            ContactSheet.Write(rigs, name, png);
            File.WriteAllBytes(file, png.ToArray());
        }
        catch (KeyNotFoundException unknown)
        {
            throw new StartupException(unknown.Message, unknown);
        }
        catch (RigException broken)
        {
            throw new StartupException(broken.Message, broken);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{file} cannot be written: {refused.Message}", refused);
        }

        output.WriteLine(Path.GetFullPath(file));
        return 0;
    }

    private static (string Name, string File, string Models) Read(IReadOnlyList<string> args)
    {
        string? name = null, file = null, models = InstallLayout.Models;
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "-o" or "--output" when i + 1 < args.Count:
                    file = args[++i];
                    break;
                case "--models" when i + 1 < args.Count:
                    models = args[++i];
                    break;
                case var one when !one.StartsWith('-') && name is null:
                    name = one;
                    break;
                default:
                    throw new UsageException($"preview does not understand '{args[i]}'.");
            }
        }

        return (
            name ?? throw new UsageException("preview needs the name of an avatar."),
            file ?? $"{Path.GetFileName(name)}.png",
            models ?? throw new StartupException("The folder models/avatars that comes with the server is not there; name it with --models."));
    }
}
