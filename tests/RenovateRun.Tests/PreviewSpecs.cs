using Actions.RenovateRun.Reading;

namespace Actions.RenovateRun.Tests;

public sealed class PreviewSpecs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("preview-");

    [Fact]
    public void Each_branch_is_a_diff_that_touches_nothing_but_the_tag()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "web.yaml"), "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: a   # the web\n      image: localhost:5000/web:1.0.0 # keep\n");
        var dependency = Image("1.0.0") with
        {
            Updates = [new FoundUpdate("minor", "1.1.0", null, "renovate/web-1.x"), new FoundUpdate("major", "2.0.0", null, "renovate/web-2.x")],
        };

        var preview = Preview.Make(_folder.FullName, [dependency], TestContext.Current.CancellationToken);

        preview.Refusals.ShouldBeEmpty();
        preview.Text.ShouldBe("""
            # renovate/web-1.x
            --- a/web.yaml
            +++ b/web.yaml
            @@ -3,4 +3,4 @@
             spec:
               containers:
                 - name: a   # the web
            -      image: localhost:5000/web:1.0.0 # keep
            +      image: localhost:5000/web:1.1.0 # keep
            # renovate/web-2.x
            --- a/web.yaml
            +++ b/web.yaml
            @@ -3,4 +3,4 @@
             spec:
               containers:
                 - name: a   # the web
            -      image: localhost:5000/web:1.0.0 # keep
            +      image: localhost:5000/web:2.0.0 # keep

            """);
        (preview.Edits, preview.Others).ShouldBe((2, 0));
    }

    [Fact]
    public void What_cannot_be_changed_is_told_and_what_is_no_image_is_counted()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "web.yaml"), "apiVersion: v1\nkind: Pod\nspec: {}\n");
        Dependency[] dependencies =
        [
            Image("1.0.0") with { Updates = [new FoundUpdate("minor", "1.1.0", null, "b")] },
            new() { Manager = "npm", File = "package.json", Name = "left-pad", Datasource = "npm", Updates = [new FoundUpdate("major", "2.0.0", null, "b")] },
        ];

        var preview = Preview.Make(_folder.FullName, dependencies, TestContext.Current.CancellationToken);

        preview.Text.ShouldBeEmpty();
        preview.Refusals.ShouldHaveSingleItem().ShouldBe("web.yaml: localhost:5000/web:1.1.0 is not set: the image was not found in a form that can be changed");
        preview.Others.ShouldBe(1);
    }

    [Fact]
    public void A_file_outside_of_the_workspace_is_not_read()
    {
        var preview = Preview.Make(
            _folder.FullName, [Image("1.0.0") with { File = "../other.yaml", Updates = [new FoundUpdate("minor", "1.1.0", null, "b")] }], TestContext.Current.CancellationToken);

        preview.Text.ShouldBeEmpty();
        preview.Refusals.ShouldHaveSingleItem();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Dependency Image(string tag) => new() { Manager = "kubernetes", File = "web.yaml", Name = "localhost:5000/web", Datasource = "docker", CurrentValue = tag };
}
