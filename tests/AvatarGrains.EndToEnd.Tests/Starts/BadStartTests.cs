using System.Net;
using System.Net.Sockets;
using AvatarGrains.Testing;

namespace AvatarGrains.EndToEnd.Tests.Starts;

/// <summary>A start that cannot succeed is explained in one line without a stack trace, and the exit code is not 0.</summary>
[Collection(AloneCollection.Name)]
public sealed class BadStartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("avatar-start-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Page_port_in_use_is_said()
    {
        using var taken = new TcpListener(IPAddress.Any, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await RefusedAsync(1, [$"TCP port {port} is in use", "--port"], "run", "--port", $"{port}", "--media-port", "0", "--data", Data);
    }

    [Fact]
    public async Task Media_port_in_use_is_said()
    {
        using var taken = new UdpClient(0);
        var port = ((IPEndPoint)taken.Client.LocalEndPoint!).Port;
        await RefusedAsync(1, [$"UDP port {port} is in use", "--media-port"], "run", "--port", "0", "--media-port", $"{port}", "--data", Data);
    }

    [Fact]
    public async Task Data_folder_that_cannot_be_written_is_said()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "in the way", TestContext.Current.CancellationToken);
        await RefusedAsync(
            1, [Path.Combine(file, "data"), "cannot be written"], "run", "--port", "0", "--media-port", "0", "--data", Path.Combine(file, "data"));
    }

    [Theory]
    [InlineData("{\n  \"port\": 80", "line 2: this is not valid JSON.")]
    [InlineData("{\n  \"listen\": \"*\",\n  \"prot\": 8000\n}", "line 3: there is no setting prot; is port meant?")]
    [InlineData(
        "{\n  // The model\n  \"engines\": { \"llm\": [\n    { \"name\": \"x\", \"modle\": \"y\" },\n  ] }\n}",
        "line 4: there is no setting engines.llm[0].modle; is model meant?")]
    [InlineData("{ \"perso\": { \"keys\": [] } }", "line 1: perso.keys takes a group { … }.")]
    [InlineData("{ \"perso\": { \"keys\": { \"acme\": null } } }", "perso.keys: a key must have at least 8 characters.")]
    [InlineData("[]", "line 1: the whole file takes a group { … }.")]
    [InlineData("{ \"drainTime\": \"soon\" }", "line 1: drainTime is 'soon'; it takes a time such as 00:00:30.")]
    [InlineData("{ \"cluster\": { \"workers\": { \"tts\": { \"atOnce\": 0 } } } }", "cluster.workers.tts.atOnce is 0; it must be 1 to 10000.")]
    [InlineData("{ \"port\": 99999 }", "it must be 0 to 65535")]
    [InlineData("{ \"port\": \"many\" }", "line 1: port is 'many'; it takes a whole number.")]
    public async Task Wrong_settings_are_said(string json, string part)
    {
        var file = Path.Combine(_folder, "settings.json");
        await File.WriteAllTextAsync(file, json, TestContext.Current.CancellationToken);
        await RefusedAsync(1, [part], "run", "--config", file, "--data", Data);
    }

    [Theory]
    [InlineData("AVATAR_PERSO__KEYS", "[]", "AVATAR_PERSO__KEYS is set, but perso.keys takes a group { … }: set AVATAR_PERSO__KEYS__NAME instead.")]
    [InlineData("AVATAR_ENGINES__LLM", "gpt", "engines.llm takes a list [ … ]: set AVATAR_ENGINES__LLM__0 instead.")]
    [InlineData("AVATAR_ADMIN__KEY", "short", "admin.key must have at least 16 characters.")]
    [InlineData("AVATAR_CLUSTER__ROLES", "edge", "cluster.roles is 'edge', but cluster.provider is Localhost, which is one silo: it must be all.")]
    [InlineData("AVATAR_CLUSTER__PROVIDER", "Consul", "cluster.provider is 'Consul'; it must be Localhost, Redis, Postgres or Azure.")]
    [InlineData("AVATAR_CLUSTER__STREAMS", "Queue", "cluster.streams is 'Queue'; it must be Direct or Memory.")]
    [InlineData("AVATAR_CLUSTER__PRIMARY", "here", "cluster.primary is 'here'; it must be ADDRESS:PORT, and is for the provider Localhost alone.")]
    [InlineData(
        "AVATAR_CLUSTER__GPUENGINES__0", "pocketspinx", "cluster.gpuEngines[0] is 'pocketspinx'; there is no such engine; is pocketsphinx meant?")]
    public async Task Wrong_environment_is_said(string name, string value, string part)
    {
        var environment = new Dictionary<string, string> { [name] = value };
        await using var command = await ServerCommand.RunWithAsync(environment, "run", "--port", "0", "--media-port", "0", "--data", Data);
        Assert.Equal(1, command.ExitCode);
        Assert.Contains(part, Assert.Single(command.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Redis", "127.0.0.1:1,password=secret", "The cluster cannot be joined: Redis at 127.0.0.1:1 cannot be used: no connection.")]
    [InlineData("Redis", "password=secret,host=x", "cluster.connectionString is not one that StackExchange.Redis can read")]
    [InlineData("Postgres", "Host=127.0.0.1;Port=1;Password=secret", "PostgreSQL at 127.0.0.1:1 cannot be used: Connection refused")]
    [InlineData("Azure", "AccountKey=secret", "cluster.connectionString is not one of an Azure storage account")]
    public async Task Provider_that_is_not_there_is_said_without_its_password(string provider, string connectionString, string part)
    {
        // All silos are at loopback, so that their conversations may be in the data folder.
        var environment = new Dictionary<string, string>
        {
            ["AVATAR_CLUSTER__PROVIDER"] = provider,
            ["AVATAR_CLUSTER__CONNECTIONSTRING"] = connectionString,
            ["AVATAR_CLUSTER__ADDRESS"] = "127.0.0.1",
            ["AVATAR_STORAGE__PROVIDER"] = "Sqlite",
        };
        await using var command = await ServerCommand.RunWithAsync(environment, "run", "--port", "0", "--media-port", "0", "--data", Data);
        Assert.Equal(1, command.ExitCode);
        var line = Assert.Single(command.Errors);
        Assert.Contains(part, line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    [Fact]
    public Task Missing_settings_file_is_said() =>
        RefusedAsync(1, ["none.json", "does not exist"], "run", "--config", Path.Combine(_folder, "none.json"), "--data", Data);

    [Theory]
    [InlineData("--prot")]
    [InlineData("dance")]
    [InlineData("--port")]
    public async Task Wrong_command_line_is_said(string argument)
    {
        await using var command = await ServerCommand.RunAsync(argument);
        Assert.Equal(2, command.ExitCode);
        Assert.Contains(argument, Assert.Single(command.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_says_where_it_is_and_nothing_else_and_a_signal_ends_it_well()
    {
        await using var command = await ServerCommand.StartAsync("run", "--port", "0", "--media-port", "0", "--data", Data);
        await command.TerminateAsync();
        await command.EndAsync();
        Assert.Equal(0, command.ExitCode);
        Assert.StartsWith("Ready http://127.0.0.1:", Assert.Single(command.Output), StringComparison.Ordinal);
        Assert.Empty(command.Errors);
    }

    [Fact]
    public async Task Doctor_finds_everything_where_everything_is()
    {
        await using var command = await ServerCommand.RunAsync("doctor", "--port", "0", "--media-port", "0", "--data", Data);
        Assert.Equal(0, command.ExitCode);
        Assert.Contains("All is well", command.Output[^1], StringComparison.Ordinal);
        Assert.Empty(command.Errors);
    }

    private static async Task RefusedAsync(int exitCode, string[] parts, params string[] arguments)
    {
        await using var command = await ServerCommand.RunAsync(arguments);
        Assert.Equal(exitCode, command.ExitCode);
        var line = Assert.Single(command.Errors);
        Assert.StartsWith("avatar: ", line, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.DoesNotContain(command.Output, output => output.StartsWith("Ready", StringComparison.Ordinal));
    }
}
