using Actions.Shared.Clusters.Connection;
using Actions.Shared.GitHub;
using Actions.Shared.Processes;
using Actions.Shared.Tests.Processes;
using ClusterFixture;

namespace Actions.Shared.Tests.Clusters.Connection;

/// <summary>A connector in an environment of its own, which records what it masks and warns of.</summary>
internal sealed class Connecting : IDisposable
{
    private readonly SecretMasks _masks = new();
    private readonly TemporaryDirectory _directory = new();
    private ClusterConnector? _connector;

    public Dictionary<string, string> Variables { get; } = new() { ["PATH"] = "/usr/bin:/bin" };

    public List<string> Warnings { get; } = [];

    public SkippingTime Time { get; } = new();

    public string Folder => _directory.Path;

    public string Write(string name, string text) => _directory.Write(name, text);

    public string WriteProgram(string name, string text) => _directory.WriteProgram(name, text);

    public Task<ClusterConnection> ConnectAsync(ConnectionOptions options)
    {
        _connector = new ClusterConnector(
            Variables, Folder, new ProcessRunner(Variables, Folder, TimeProvider.System), Time, value => _masks.Add(value), Warnings.Add)
        {
            AccountFolder = Path.Combine(Folder, "account"),
        };
        return _connector.ConnectAsync(options, TestContext.Current.CancellationToken);
    }

    /// <summary>Why connecting fails; without anything that was masked, or should have been.</summary>
    public async Task<ActionException> FailAsync(ConnectionOptions options)
    {
        var thrown = await Should.ThrowAsync<ActionException>(() => ConnectAsync(options));
        $"{thrown.Title} {thrown.Detail} {thrown.Hint}".ShouldNotContain("canary");
        thrown.Title.ShouldNotBeEmpty();
        thrown.Hint.ShouldNotBeEmpty();
        return thrown;
    }

    /// <summary>Whether a value would not be seen in the output.</summary>
    public bool Hides(string value) => !_masks.Redact(value).Contains(value, StringComparison.Ordinal);

    public void Dispose()
    {
        _connector?.Dispose();
        _directory.Dispose();
    }
}
