using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;
using AvatarGrains.Native;
using AvatarGrains.Server.Composition;
using AvatarGrains.Server.Configuration;
using AvatarGrains.Server.Launch;
using AvatarGrains.Storage.Postgres;

namespace AvatarGrains.Server.Commands;

/// <summary>Says what is installed and found, and what to do about the rest.</summary>
internal static class DoctorCommand
{
    /// <returns>0 when the server can run, 1 when something it needs is missing.</returns>
    public static async Task<int> ExecuteAsync(ServerOptions options, TextWriter output)
    {
        output.WriteLine($"AvatarGrains on .NET {Environment.Version}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors");
        var doctor = new Findings(output);
        Place(doctor, options);
        await StorageAsync(doctor, options);
        await ClusterAsync(doctor, options);
        Avatars(doctor, options);
        Engines(doctor, options);
        Programs(doctor);
        Libraries(doctor);
        output.WriteLine();
        output.WriteLine(doctor.Summary);
        return doctor.Problems == 0 ? 0 : 1;
    }

    private static async Task StorageAsync(Findings doctor, ServerOptions options)
    {
        doctor.Head("Storage");
        if (options.Storage.Postgres(options.Cluster) is not { } postgres)
        {
            doctor.Good("SQLite", Path.GetFullPath(Path.Combine(options.Data, StorageComposition.File)));
            return;
        }

        try
        {
            doctor.Good("PostgreSQL", await PostgresDatabase.DescribeAsync(postgres, CancellationToken.None));
        }
        catch (Exception refused) when (refused is IOException or StorageUnavailableException)
        {
            doctor.Bad("PostgreSQL", refused.Message);
        }
    }

    private static async Task ClusterAsync(Findings doctor, ServerOptions options)
    {
        var cluster = options.Cluster;
        var silo = options.Silo();
        doctor.Head("Cluster");
        doctor.Good("roles", $"{cluster.Roles ?? "all"}, cluster {cluster.ClusterId}, streams {cluster.Streams}");
        if (!cluster.IsAlone)
        {
            Require(
                doctor,
                IsFree(SocketType.Stream, ProtocolType.Tcp, silo.SiloPort),
                $"TCP port {silo.SiloPort}",
                "in use; choose another with cluster.siloPort",
                "free, for other silos");
        }

        try
        {
            doctor.Good($"provider {cluster.Provider}", await silo.DescribeProviderAsync(CancellationToken.None));
        }
        catch (StorageUnavailableException away)
        {
            doctor.Bad($"provider {cluster.Provider}", away.Message);
        }
    }

    /// <summary>One line for what several libraries do together.</summary>
    private static void Libraries(Findings doctor)
    {
        doctor.Head("Libraries");
        foreach (var group in NativeLibraryReport.Create().GroupBy(status => status.Library.Purpose))
        {
            foreach (var missing in group.Where(status => !status.Found))
            {
                if (missing.Library.Optional)
                {
                    doctor.Note(group.Key, missing.Problem!);
                }
                else
                {
                    doctor.Bad(group.Key, missing.Problem!);
                }
            }

            var found = group.Where(status => status.Found).Select(status => status.Path!).ToArray();
            if (found.Length > 0)
            {
                doctor.Good(group.Key, string.Join(", ", found.Take(1).Concat(found.Skip(1).Select(path => Path.GetFileName(path)))));
            }
        }
    }

    private static void Programs(Findings doctor)
    {
        doctor.Head("Programs");
        (string Name, string Purpose, string Package)[] wanted =
        [
            ("ffmpeg", "audio beyond WAV, recordings", "ffmpeg"),
            ("pdftotext", "PDF documents", "poppler-utils"),
            (RedisProcess.Program, "clusters on this machine (run --cluster)", RedisProcess.Program),
        ];
        foreach (var (name, purpose, package) in wanted)
        {
            var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
            if (path is null)
            {
                doctor.Note(purpose, $"{name} was not found; install it with: apt-get install {package}");
            }
            else
            {
                doctor.Good(purpose, path);
            }
        }
    }

    private static void Avatars(Findings doctor, ServerOptions options)
    {
        doctor.Head("Avatars");
        var models = options.Models ?? InstallLayout.Models;
        if (models is null)
        {
            doctor.Bad("models/avatars", "not found beside the program or above it; name the folder with --models");
            return;
        }

        try
        {
            foreach (var avatar in Media.Rigs.RigLibrary.Load(Path.Combine(models, "avatars")).Avatars)
            {
                doctor.Good(avatar.Name, avatar.Description);
            }
        }
        catch (Media.Rigs.RigException broken)
        {
            doctor.Bad(models, broken.Message);
        }
    }

    private static void Engines(Findings doctor, ServerOptions options)
    {
        doctor.Head("Engines");
        using var engines = new EngineComposition(options, new InMemoryLibraryStore(), transcoder: null, TimeProvider.System);
        foreach (var model in engines.Catalog.LanguageModels)
        {
            doctor.Good($"language model {model.Name}", model.Description);
        }

        if (options.Engines.Llm.Count == 0)
        {
            doctor.Note("other language models", "none; name an OpenAI-compatible one (engines.llm: baseUrl, apiKey, model) in the file of --config");
        }

        foreach (var group in engines.Catalog.Voices.GroupBy(voice => voice.Engine))
        {
            var languages = group.Select(voice => voice.Language.Split('-')[0]).Distinct().Count();
            doctor.Good($"voices of {group.Key}", group.Count() > 9
                ? $"{group.Count()} in {languages} languages: {string.Join(", ", group.Take(4).Select(voice => voice.Name))}, ..."
                : string.Join(", ", group.Select(voice => $"{voice.Name} ({voice.DisplayName}, {voice.Language})")));
        }

        foreach (var recognizer in engines.Catalog.Recognizers)
        {
            doctor.Good("speech recognition", recognizer.Name);
        }

        Require(doctor, engines.Catalog.Voices.Count > 0, "voices", "no synthesizer was found; install libflite1 and libespeak-ng1");
        Require(doctor, engines.Catalog.Recognizers.Count > 0, "recognizers", "none was found; install libpocketsphinx3 and pocketsphinx-en-us");
    }

    private static void Place(Findings doctor, ServerOptions options)
    {
        doctor.Head("Place");
        Require(doctor, InstallLayout.WebRoot is not null, "page", "the folder wwwroot is not there", InstallLayout.WebRoot);
        try
        {
            DataFolder.Prepare(options.Data);
            doctor.Good("data folder", Path.GetFullPath(options.Data));
        }
        catch (StartupException refused)
        {
            doctor.Bad("data folder", refused.Message);
        }

        var (http, media) = (IsFree(SocketType.Stream, ProtocolType.Tcp, options.Port), IsFree(
            SocketType.Dgram, ProtocolType.Udp, options.MediaPort));
        Require(doctor, http, $"TCP port {options.Port}", "in use; choose another with --port", "free");
        Require(doctor, media, $"UDP port {options.MediaPort}", "in use; choose another with --media-port", "free");
    }

    private static void Require(Findings doctor, bool good, string what, string problem, string? found = null)
    {
        if (!good)
        {
            doctor.Bad(what, problem);
        }
        else if (found is not null)
        {
            doctor.Good(what, found);
        }
    }

    private static bool IsFree(SocketType type, ProtocolType protocol, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            // Whatever the reason, the server could not have the port either.
            return false;
        }
    }
}
