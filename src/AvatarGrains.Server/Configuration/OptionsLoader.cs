using AvatarGrains.Api.Dialects.OpenAvatarChat;

namespace AvatarGrains.Server.Configuration;

/// <summary>Reads the settings from their sources.</summary>
internal static class OptionsLoader
{
    private const string EnvironmentPrefix = "AVATAR_";

    /// <summary>Reads and validates.</summary>
    /// <param name="file">JSON file, or null.</param>
    /// <param name="commandLine">Settings given on the command line.</param>
    /// <exception cref="StartupException">With every mistake found.</exception>
    public static ServerOptions Load(string? file, IReadOnlyDictionary<string, string?> commandLine)
    {
        if (file is not null)
        {
            CheckFile(file);
        }

        CheckEnvironment();
        var problems = new List<string>();
        var variables = AvatarChatEnvironment.Read(Environment.GetEnvironmentVariable, problems);
        var configuration = Build([], file, variables, commandLine);
        List<KeyValuePair<string, string?>> below = [];
        if (configuration.GetValue<bool>("OpenAvatarChat:Defaults"))
        {
            below.AddRange(AvatarChatEnvironment.Defaults);
        }

        if (configuration["OpenAvatarChat:PipelineFile"] is { Length: > 0 } pipeline)
        {
            below.AddRange(AvatarChatPipeline.Read(pipeline, problems));
        }

        if (below.Count > 0)
        {
            configuration = Build(below, file, variables, commandLine);
        }

        if (problems.Count > 0)
        {
            throw new StartupException(problems);
        }

        ServerOptions options;
        try
        {
            options = configuration.Get<ServerOptions>() ?? new ServerOptions();
        }
        catch (InvalidOperationException wrong)
        {
            // The file has been checked: this is the environment or the command line. The binder names the setting in its words.
            throw new StartupException($"A setting of the environment or the command line has the wrong type. {wrong.Message}", wrong);
        }

        var errors = OptionsValidator.Validate(options);
        return errors.Count == 0 ? options : throw new StartupException(errors);
    }

    /// <summary>Later sources win over earlier ones.</summary>
    private static IConfigurationRoot Build(
        IEnumerable<KeyValuePair<string, string?>> below,
        string? file,
        IReadOnlyDictionary<string, string?> variables,
        IReadOnlyDictionary<string, string?> commandLine)
    {
        var builder = new ConfigurationBuilder();
        foreach (var one in below)
        {
            builder.AddInMemoryCollection([one]);
        }

        if (file is not null)
        {
            builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        }

        return builder.AddInMemoryCollection(variables).AddEnvironmentVariables(EnvironmentPrefix).AddInMemoryCollection(commandLine).Build();
    }

    private static void CheckEnvironment()
    {
        var variables = new ConfigurationBuilder().AddEnvironmentVariables(EnvironmentPrefix).Build();
        if (SettingsEnvironment.Problems(EnvironmentPrefix, variables, typeof(ServerOptions)).ToArray() is { Length: > 0 } problems)
        {
            throw new StartupException(problems);
        }
    }

    /// <summary>What the file says must mean something: each mistake is named with its line.</summary>
    private static void CheckFile(string file)
    {
        if (!File.Exists(file))
        {
            throw new StartupException($"The configuration file {file} does not exist.");
        }

        IReadOnlyList<string> problems;
        try
        {
            problems = SettingsFile.Problems(file, typeof(ServerOptions));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The configuration file {file} cannot be read: {wrong.Message}", wrong);
        }

        if (problems.Count > 0)
        {
            throw new StartupException(problems);
        }
    }
}
