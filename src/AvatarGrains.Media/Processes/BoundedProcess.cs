using System.ComponentModel;
using System.Diagnostics;

namespace AvatarGrains.Media.Processes;

/// <summary>
/// Runs a converter on bytes: input by its standard input, output by its standard output, both bounded, killed when it takes too long.
/// </summary>
internal static class BoundedProcess
{
    private const int ReadBytes = 1 << 16;

    /// <summary>Where a program is on the path, or null.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs it to its end.</summary>
    /// <param name="program">Full path.</param>
    /// <param name="arguments">Its arguments; nothing of them comes from a client.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="maxOutput">Bytes it may write; more ends it.</param>
    /// <param name="limit">Ends the process: cancelled by the caller, or when the allowed time is over.</param>
    /// <returns>Null when it failed, wrote too much, or was ended by <paramref name="limit"/>.</returns>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static async Task<ReadOnlyMemory<byte>?> RunAsync(
        string program, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, int maxOutput, CancellationToken limit)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        // Converters read settings, proxies and keys from the environment; they need none of the server's.
        start.Environment.Clear();
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        try
        {
            var fed = FeedAsync(process, input, limit);
            var complaints = process.StandardError.BaseStream.CopyToAsync(Stream.Null, limit);
            var output = await ReadAsync(process.StandardOutput.BaseStream, maxOutput, limit);
            if (output is null)
            {
                return null;
            }

            await Task.WhenAll(fed, complaints);
            await process.WaitForExitAsync(limit);
            return process.ExitCode == 0 ? output : null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task FeedAsync(Process process, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program has closed its input because it needs no more; its exit code says whether it succeeded.
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        var buffer = new byte[ReadBytes];
        int length;
        while ((length = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (output.Length + length > maxBytes)
            {
                return null;
            }

            output.Write(buffer, 0, length);
        }

        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }
}
