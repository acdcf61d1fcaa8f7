namespace AvatarGrains.Cli.Audio;

/// <summary>A recording the user names.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Extension">Its format: wav, mp3, ogg, webm or flac.</param>
/// <param name="Length">In bytes.</param>
internal sealed record VoiceFile(string Path, string Extension, long Length)
{
    public string MediaType => AudioFile.MediaType(Extension);

    /// <summary>A name whose extension tells the format, whatever the file is called.</summary>
    public string SendName => System.IO.Path.GetFileNameWithoutExtension(Path) is { Length: > 0 } name ? $"{name}.{Extension}" : $"voice.{Extension}";

    /// <summary>
    /// Looks at a file; takes what terminals make of a file that is dragged in: quotes, escaped spaces, <c>file://</c>, and <c>~</c>.
    /// </summary>
    /// <exception cref="CliException">It is not there, cannot be read, or is not audio a server takes.</exception>
    public static VoiceFile Open(string typed)
    {
        var path = Resolve(typed);
        try
        {
            if (Directory.Exists(path))
            {
                throw new CliException($"{path} is a folder, not a recording.");
            }

            using var file = File.OpenRead(path);
            Span<byte> start = stackalloc byte[AudioFile.SniffLength];
            var extension = AudioFile.Sniff(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
            return extension is null
                ? throw new CliException($"{path} is not wav, mp3, ogg, webm or flac.")
                : new VoiceFile(path, extension, file.Length);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException($"There is no file {path}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CliException($"{path} cannot be read: {error.Message}");
        }
    }

    private static string Resolve(string typed)
    {
        var path = typed.Trim();
        if (path.Length >= 2 && path[0] == path[^1] && path[0] is '"' or '\'')
        {
            path = path[1..^1];
        }

        if (path.StartsWith("file://", StringComparison.Ordinal) && Uri.TryCreate(path, UriKind.Absolute, out var uri))
        {
            path = uri.LocalPath;
        }

        if (!File.Exists(path) && path.Contains('\\', StringComparison.Ordinal) && !OperatingSystem.IsWindows())
        {
            path = path.Replace("\\", "", StringComparison.Ordinal);
        }

        return path.StartsWith("~/", StringComparison.Ordinal)
            ? System.IO.Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..])
            : path;
    }
}
