using Integration.Tests.Containers;
using Integration.Tests.Harness;

[assembly: AssemblyFixture(typeof(ImageFixture))]

namespace Integration.Tests.Containers;

/// <summary>Builds each image once for all tests, and only when a test asks for it.</summary>
public sealed class ImageFixture
{
    private readonly Lazy<Task<ContainerEngine>> _engine = new(ContainerEngine.FindAsync);
    private readonly Dictionary<string, Task<string>> _images = [];
    private readonly Lock _gate = new();

    /// <summary>A runner for the image of an action.</summary>
    /// <param name="action">The name of the action.</param>
    /// <param name="runs">What is started instead of the action itself.</param>
    internal async Task<ActionRunner> RunnerAsync(string action, ActionManifest.RunsDeclaration? runs = null)
    {
        Task<string> image;
        lock (_gate) image = _images.TryGetValue(action, out var building) ? building : _images[action] = ContainerEngine.BuildAsync(action);
        var manifest = ActionManifest.Load(action);
        if (runs is not null) manifest.Runs = runs;
        return new(action, manifest, new ExecutionMode.Container(await _engine.Value, await image));
    }
}
