using Actions.Shared;
using Actions.Shared.GitHub.Rest;

namespace GitHub.Tests;

public sealed class ConnectionSpecs
{
    [Theory]
    [InlineData(null, null, "https://api.github.com/", "https://api.github.com/graphql")]
    [InlineData("https://api.github.com", "https://api.github.com/graphql", "https://api.github.com/", "https://api.github.com/graphql")]
    [InlineData("https://git.example/api/v3", "https://git.example/api/graphql", "https://git.example/api/v3", "https://git.example/api/graphql")]
    [InlineData("https://git.example/api/v3", null, "https://git.example/api/v3", "https://git.example/api/graphql")]
    [InlineData("https://api.octo.ghe.com", null, "https://api.octo.ghe.com/", "https://api.octo.ghe.com/graphql")]
    public void The_runner_says_where_github_is(string? api, string? graphQl, string expectedApi, string expectedGraphQl)
    {
        var connection = GitHubConnection.FromEnvironment(Variables(api, graphQl), "t");
        (connection.Api.AbsoluteUri, connection.GraphQl.AbsoluteUri).ShouldBe((expectedApi, expectedGraphQl));
    }

    [Theory]
    [InlineData("http://git.example/api/v3", "GITHUB_API_URL is not protected by TLS")]
    [InlineData("ftp://git.example", "GITHUB_API_URL is no address of GitHub")]
    [InlineData("https://me:secret@git.example", "GITHUB_API_URL is no address of GitHub")]
    [InlineData("api.github.com", "GITHUB_API_URL is no address of GitHub")]
    public void An_address_that_would_leak_the_token_is_refused(string api, string title) =>
        Should.Throw<ActionException>(() => GitHubConnection.FromEnvironment(Variables(api, null), "t")).Title.ShouldBe(title);

    [Theory]
    [InlineData("octo/shop", true)]
    [InlineData("octo/.github", true)]
    [InlineData("octo", false)]
    [InlineData("octo/shop/x", false)]
    [InlineData("octo/..", false)]
    [InlineData("octo/a b", false)]
    [InlineData("../x", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_repository_is_owner_and_name(string? text, bool isOne) => RepositoryName.TryParse(text, out _).ShouldBe(isOne);

    [Theory]
    [InlineData("<https://a.example/x?page=2>; rel=\"next\", <https://a.example/x?page=9>; rel=\"last\"", "https://a.example/x?page=2")]
    [InlineData("<https://a.example/x?page=1>; rel=\"prev\", <https://a.example/x?q=a,b;c&page=3>; title=\"x\"; rel=next", "https://a.example/x?q=a,b;c&page=3")]
    [InlineData("<https://a.example/x?page=1>; rel=\"prev\"", null)]
    [InlineData("<https://a.example", null)]
    [InlineData("", null)]
    public void The_next_page_is_read_from_the_link_header(string header, string? expected) => LinkHeader.Next(header).ShouldBe(expected);

    [Theory]
    [InlineData("issues=write; pull_requests=write", "pull-requests: write", "pull-requests: write")]
    [InlineData("issues=write; pull_requests=write", "contents: write", "issues: write")]
    [InlineData("contents=write,workflows=write", "contents: write", "contents: write, workflows: write")]
    [InlineData(null, "checks: write", "checks: write")]
    [InlineData("<script>=1", "checks: write", "checks: write")]
    public void The_missing_permission_is_the_one_that_github_accepts(string? header, string ours, string expected) =>
        GitHubErrors.Accepted(header, ours).ShouldBe(expected);

    private static Dictionary<string, string> Variables(string? api, string? graphQl) =>
        new() { ["GITHUB_API_URL"] = api ?? "", ["GITHUB_GRAPHQL_URL"] = graphQl ?? "" };
}
